/* SPDX-License-Identifier: MIT */
/*
 * width: asks the terminal, then the environment.
 */
#include "width.h"

#include "units.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PLAIN_WIDTH 80

size_t width_of_stdout(unsigned least)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    unsigned width;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (columns != NULL && units_parse_count(columns, least, 1000, &width))
        return width;
    return PLAIN_WIDTH;
}
