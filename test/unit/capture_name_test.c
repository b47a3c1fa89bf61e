/* SPDX-License-Identifier: MIT */
#include "agent/capture_name.h"

#include <criterion/criterion.h>
#include <string.h>

#define AT UINT64_C(1795216017906000000) /* 2026-11-20T23:06:57.906Z */

static struct ph_capture_name name;

Test(capture_name, says_who_when_by_which_rule_and_what)
{
    char text[PH_CAPTURE_NAME_BYTES];

    name = (struct ph_capture_name){ .pid = 4121, .rule = 2 };
    cr_assert_str_eq(ph_capture_name(&name, AT, "stack.json", text),
                     "4121-20261120T230657906Z-2-stack.json");
    name.partial = true;
    cr_assert_str_eq(ph_capture_name(&name, AT, "stack.json", text),
                     "4121-20261120T230657906Z-2-stack.json.new");
}

Test(capture_name, what_was_written_is_read_back)
{
    char text[PH_CAPTURE_NAME_BYTES];

    for (int partial = 0; partial < 2; partial++) {
        struct ph_capture_name out = { 0 };

        name = (struct ph_capture_name){ .pid = 4194304, .rule = 16, .partial = partial };
        ph_capture_name(&name, AT, "histogram.json", text);
        cr_assert(ph_capture_name_parse(text, &out), "%s", text);
        cr_assert_eq(out.pid, 4194304);
        cr_assert_eq(out.rule, 16);
        cr_assert_eq(out.partial, partial);
    }
}

Test(capture_name, every_other_name_is_none)
{
    static const char *const names[] = {
        "",
        "-",
        "4121",
        "4121-",
        "4121.porthole",
        "4121-20261120T230657906Z",
        "4121-20261120T230657906Z-",
        "4121-20261120T230657906Z-1",
        "4121-20261120T230657906Z-1-",
        "4121-20261120T230657906Z-0-stack.json",
        "4121-20261120T230657906Z-x-stack.json",
        "4121-20261120T230657906Z-9999999999-stack.json",
        "04121-20261120T230657906Z-1-stack.json",
        "-4121-20261120T230657906Z-1-stack.json",
        "99999999999-20261120T230657906Z-1-stack.json",
        "4121-2026112T230657906Z-1-stack.json",
        "4121-20261120x230657906Z-1-stack.json",
        "4121-20261120T23065790Z-1-stack.json",
        "4121-20261120T230657906Z-1-stack/json",
        "4121-20261120T230657906Z-1-stack json",
        "4121-20261120T230657906Z-1-..stack.json\n",
        "4121-notes.txt",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_assert_not(ph_capture_name_parse(names[i], &name), "%s", names[i]);
}

Test(capture_name, one_that_is_too_long_is_none)
{
    char text[PH_CAPTURE_NAME_BYTES + 1] = "4121-20261120T230657906Z-1-";

    memset(text + strlen(text), 'a', PH_CAPTURE_NAME_BYTES - strlen(text));
    cr_assert_not(ph_capture_name_parse(text, &name));
    text[PH_CAPTURE_NAME_BYTES - 1] = '\0';
    cr_assert(ph_capture_name_parse(text, &name));
}
