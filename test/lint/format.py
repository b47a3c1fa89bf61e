#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""format.py [--fix] FILE...: hold C and C++ to .clang-format, and leave to the hand what
the hand does better: clang-format decides line breaks, indentation and braces; columns
aligned inside a line and the layout of comments are not compared. --fix rewrites only the
lines that differ by what is compared."""

import difflib
import re
import subprocess
import sys

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without_comments(text):
    """Blank comments out, line by line, so that line numbers stay."""
    def blank(match):
        token = match.group()
        return token if token[0] in '"\'' else '\n' * token.count('\n')
    return COMMENT.sub(blank, text)


def essence(text):
    lines = []
    for line in without_comments(text).split('\n'):
        body = line.lstrip(' ')
        indent = line[:len(line) - len(body)] if body else ''
        lines.append(indent + re.sub(r'\s+', ' ', body.rstrip()))
    return lines


def check(path, fix):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    formatted = subprocess.run(['clang-format-14', path], check=True, capture_output=True,
                               text=True).stdout
    old, new = text.split('\n'), formatted.split('\n')
    kept, wrong = [], []
    matcher = difflib.SequenceMatcher(None, essence(text), essence(formatted), False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == 'equal':
            kept += old[i1:i2]
            continue
        kept += new[j1:j2]
        wrong.append((i1 + 1, old[i1:i2], new[j1:j2]))
    if fix and wrong:
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(kept))
    for line, is_now, should_be in [] if fix else wrong:
        print(f'{path}:{line}: layout differs from .clang-format (`make format` mends it)')
        print('\n'.join([f'    -{x}' for x in is_now] + [f'    +{x}' for x in should_be]))
    return not wrong or fix


def main(arguments):
    fix = '--fix' in arguments
    results = [check(path, fix) for path in arguments if path != '--fix']
    return 0 if all(results) else 1


sys.exit(main(sys.argv[1:]))
