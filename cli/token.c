/* SPDX-License-Identifier: MIT */
/*
 * token: reads a secret. It must not appear in any message.
 */
#include "token.h"

#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_token(const char *text)
{
    size_t len = strlen(text);

    if (len < 1 || len > 256)
        return false;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~')
            return false;
    }
    return true;
}

/* Everything up to the first line end; false and errno if it cannot be read. */
static bool read_line(const char *path, char token[TOKEN_BYTES])
{
    FILE *file = fopen(path, "re");
    size_t len;
    bool good;

    if (file == NULL)
        return false;
    len = fread(token, 1, TOKEN_BYTES - 1, file);
    good = !ferror(file);
    token[len] = '\0';
    token[strcspn(token, "\r\n")] = '\0';
    if (fclose(file) != 0)
        return false;
    return good;
}

static bool read_file(const char *path, char token[TOKEN_BYTES], char error[256])
{
    char reason[TEXT_REASON_BYTES];

    errno = 0;
    if (!read_line(path, token)) {
        text_reason(reason, errno);
        snprintf(error, 256, "cannot read token file '%.100s': %s", path, reason);
        return false;
    }
    if (is_token(token))
        return true;
    snprintf(error, 256,
             "token file '%.100s' does not hold one line of 1 to 256 printable characters",
             path);
    return false;
}

bool token_read(const char *file, char token[TOKEN_BYTES], char error[256])
{
    const char *value = getenv("PORTHOLE_TOKEN");

    token[0] = '\0';
    if (file != NULL)
        return read_file(file, token, error);
    if (value == NULL || value[0] == '\0')
        return true;
    if (!is_token(value)) {
        snprintf(error, 256, "PORTHOLE_TOKEN is not 1 to 256 printable characters");
        return false;
    }
    snprintf(token, TOKEN_BYTES, "%s", value);
    return true;
}
