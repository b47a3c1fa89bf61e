/* SPDX-License-Identifier: MIT */
/**
 * Two tables of plain memory, each with a ceiling: one that finds by a key, one whose items
 * never move. Allocate with malloc() only, and survive its failure; empty they hold nothing.
 *
 * Threads: one at a time.
 */
#ifndef PORTHOLE_ADDON_TABLES_H
#define PORTHOLE_ADDON_TABLES_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

/** Two numbers into one key, which is not 0. Threads: any. */
inline uint64_t mix_keys(uint64_t a, uint64_t b)
{
    a = (a ^ (a >> 32)) * 0x9e3779b97f4a7c15U + b;
    a = (a ^ (a >> 29)) * 0xbf58476d1ce4e5b9U;
    a ^= a >> 32;
    return a != 0 ? a : 1;
}

/* T is plain data with a uint64_t `key`, 0 where nothing is. */
template <typename T>
class KeyTable
{
public:
    KeyTable() = default;
    ~KeyTable() { clear(); }
    KeyTable(const KeyTable &) = delete;
    KeyTable &operator=(const KeyTable &) = delete;

    /** Threads: as above, and all that follow. */
    void clear()
    {
        free(slots_);
        slots_ = nullptr;
        size_ = used_ = 0;
    }

    T *find(uint64_t key) const
    {
        T *slot = size_ != 0 ? place(key) : nullptr;

        return slot != nullptr && slot->key == key ? slot : nullptr;
    }

    /** The one with that key, made of zeros if there is none; nullptr without memory. Those
     *  found before move. */
    T *obtain(uint64_t key)
    {
        if (2 * used_ >= size_ && !grow())
            return nullptr;
        T *slot = place(key);

        used_ += slot->key == 0;
        slot->key = key;
        return slot;
    }

    /** Make room for `n` at once: to grow takes milliseconds where there are many. False
     *  without memory. */
    bool reserve(uint32_t n) { return size_ >= 2 * n + 2 || grow(n); }

    uint32_t used() const { return used_; }
    /** Slots in no order, 0 .. size() - 1; those with key 0 are free. */
    uint32_t size() const { return size_; }
    T *at(uint32_t i) const { return &slots_[i]; }

private:
    T *place(uint64_t key) const
    {
        for (uint64_t i = key;; i++) {
            T *slot = &slots_[i & (size_ - 1)];

            if (slot->key == key || slot->key == 0)
                return slot;
        }
    }

    /* To twice the size, or so that `n` have room. */
    bool grow(uint32_t n = 0)
    {
        T *const old = slots_;
        const uint32_t before = size_;
        uint32_t larger = before != 0 ? 2 * before : 64;

        while (larger < 2 * n + 2)
            larger *= 2;
        T *slots = static_cast<T *>(calloc(larger, sizeof(T)));

        if (slots == nullptr)
            return false;
        slots_ = slots;
        size_ = larger;
        for (uint32_t i = 0; i < before; i++)
            if (old[i].key != 0)
                *place(old[i].key) = old[i];
        free(old);
        return true;
    }

    T       *slots_ = nullptr;
    uint32_t size_ = 0; /* a power of two */
    uint32_t used_ = 0;
};

template <typename T, uint32_t MOST>
class Pile
{
public:
    Pile() = default;
    ~Pile() { clear(); }
    Pile(const Pile &) = delete;
    Pile &operator=(const Pile &) = delete;

    /** One more, or nullptr. Threads: as above, and all that follow. */
    T *add()
    {
        if (n_ == MOST)
            return nullptr;
        void *&chunk = chunks_[n_ / CHUNK];

        if (chunk == nullptr)
            chunk = malloc(CHUNK * sizeof(T));
        if (chunk == nullptr)
            return nullptr;
        T *item = new (static_cast<T *>(chunk) + n_ % CHUNK) T();

        n_++;
        return item;
    }

    T *at(uint32_t i) const { return static_cast<T *>(chunks_[i / CHUNK]) + i % CHUNK; }
    uint32_t n() const { return n_; }

    /** Drop up to `n` of the last ones; false if there is none left. */
    bool shrink(uint32_t n)
    {
        for (; n != 0 && n_ != 0; n--)
            at(--n_)->~T();
        return n_ != 0;
    }

    void clear()
    {
        (void)shrink(MOST);
        for (void *&chunk : chunks_) {
            free(chunk);
            chunk = nullptr;
        }
    }

private:
    static const uint32_t CHUNK = 1024;

    void    *chunks_[(MOST + CHUNK - 1) / CHUNK] = {};
    uint32_t n_ = 0;
};

#endif /* PORTHOLE_ADDON_TABLES_H */
