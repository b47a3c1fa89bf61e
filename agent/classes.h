/* SPDX-License-Identifier: MIT */
#ifndef PH_CLASSES_H
#define PH_CLASSES_H

/** What grows, by whom one would ask about it. */
enum ph_class {
    PH_CLASS_HEAP,          /* "heap": JavaScript objects */
    PH_CLASS_EXTERNAL,      /* "external": buffers and what V8 knows of outside its heap */
    PH_CLASS_NATIVE,        /* "native": malloc() and mappings, neither of the two above */
    PH_CLASS_SOCKETS,       /* "sockets" */
    PH_CLASS_HANDLES,       /* "handles": libuv's, timers included */
    PH_CLASS_LISTENERS,     /* "listeners" */
    PH_CLASS_OBJECTS,       /* "objects": what the application registered */
    PH_CLASS_DESCRIPTORS,   /* "descriptors": files, pipes and the like */
    PH_CLASSES
};

#endif
