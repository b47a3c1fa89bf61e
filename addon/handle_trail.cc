/* SPDX-License-Identifier: MIT */
/* Room for the order of the handles. */
#include "handle_trail.h"

#include <algorithm>
#include <new>
#include <utility>

bool HandleTrail::grow()
{
    const size_t room = room_ == 0 ? ROOM_AT_FIRST : 2 * room_;

    if (room > LIMIT)
        return false;
    std::unique_ptr<const HandleLink *[]> larger(new (std::nothrow) const HandleLink *[room]);

    if (larger == nullptr)
        return false;
    std::copy_n(links_.get(), room_, larger.get());
    links_ = std::move(larger);
    room_ = room;
    return true;
}
