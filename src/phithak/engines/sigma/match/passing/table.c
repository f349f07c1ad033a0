/* Tables from bytes to numbers. The hash is seeded: who writes events must not choose where they collide. */
#include <stdlib.h>
#include <string.h>

#include "passer.h"

enum { FIRST = 64, PAGE = 1 << 16 };

static uint64_t mixed(uint64_t left, uint64_t right) {
    __uint128_t product = (__uint128_t)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word_at(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

uint64_t hash_of(uint64_t seed, const uint8_t *key, size_t length) {
    uint64_t hash = seed ^ (length * 0x9E3779B97F4A7C15ull);
    while (length >= 16) {
        hash = mixed(word_at(key) ^ hash, word_at(key + 8) ^ seed ^ 0xA0761D6478BD642Full);
        key += 16;
        length -= 16;
    }
    uint64_t left = 0, right = 0;
    if (length >= 8) {
        left = word_at(key);
        right = word_at(key + length - 8);
    } else {
        memcpy(&left, key, length);
    }
    return mixed(mixed(left ^ hash, right ^ seed ^ 0xE7037ED1A0B428DBull) ^ hash, 0x8EBC6AF09C88C6E3ull);
}

entry *table_find(const table *held, uint64_t hash, const uint8_t *key, size_t length) {
    if (held->entries == NULL) return NULL;
    for (size_t place = hash & held->mask;; place = (place + 1) & held->mask) {
        entry *here = &held->entries[place];
        if (here->key == NULL) return NULL;
        if (here->hash == hash && here->length == length && memcmp(here->key, key, length) == 0) return here;
    }
}

static int grow(table *held) {
    size_t size = held->entries == NULL ? FIRST : (held->mask + 1) * 2;
    entry *larger = calloc(size, sizeof(entry));
    if (larger == NULL) return 0;
    for (size_t old = 0; held->entries != NULL && old <= held->mask; old++) {
        if (held->entries[old].key == NULL) continue;
        size_t place = held->entries[old].hash & (size - 1);
        while (larger[place].key != NULL) place = (place + 1) & (size - 1);
        larger[place] = held->entries[old];
    }
    held->bytes += (size - (held->entries == NULL ? 0 : held->mask + 1)) * sizeof(entry);
    free(held->entries);
    held->entries = larger;
    held->mask = size - 1;
    return 1;
}

static const uint8_t *kept(table *held, const uint8_t *key, size_t length) {
    page *last = held->pages;
    if (last == NULL || last->size - last->used < length) {
        /* the first pages are small: most tables are */
        size_t size = last == NULL ? 256 : last->size * 2 < PAGE ? last->size * 2 : PAGE;
        if (size < length) size = length;
        last = malloc(sizeof(page) + size);
        if (last == NULL) return NULL;
        *last = (page){.next = held->pages, .used = 0, .size = size};
        held->pages = last;
        held->bytes += sizeof(page) + size;
    }
    uint8_t *copy = last->bytes + last->used;
    memcpy(copy, key, length);
    last->used += length;
    return copy;
}

/* Take in a key that is not there yet; 0 where memory is short. */
int table_put(table *held, uint64_t hash, const uint8_t *key, size_t length, int32_t value) {
    if ((held->entries == NULL || held->count * 2 > held->mask) && !grow(held)) return 0;
    const uint8_t *copy = kept(held, key, length);
    if (copy == NULL) return 0;
    size_t place = hash & held->mask;
    while (held->entries[place].key != NULL) place = (place + 1) & held->mask;
    held->entries[place] = (entry){.hash = hash, .key = copy, .length = (uint32_t)length, .value = value};
    held->count++;
    return 1;
}

void table_free(table *held) {
    for (page *here = held->pages; here != NULL;) {
        page *next = here->next;
        free(here);
        here = next;
    }
    free(held->entries);
    *held = (table){0};
}
