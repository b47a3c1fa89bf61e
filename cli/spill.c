/* SPDX-License-Identifier: MIT */
/*
 * spill: 64 KiB at a time.
 */
#include "spill.h"

#include "say.h"

#define MUCH 65536
#define CEILING ((size_t)1 << 30) /* of one line */

static bool flush(struct spill *spill)
{
    if (!spill->failed && spill->text.len > 0)
        spill->failed = !say(buf_text(&spill->text), spill->text.len);
    buf_clear(&spill->text);
    return !spill->failed;
}

bool spill_step(struct spill *spill)
{
    spill->text.limit = CEILING;
    return spill->text.len < MUCH ? !spill->failed : flush(spill);
}

bool spill_end(struct spill *spill)
{
    bool good = flush(spill);

    buf_fini(&spill->text);
    return good;
}
