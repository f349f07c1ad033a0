/* Lines of JSON that surely hit nothing, told without making an object of them: declarations.
 *
 * Everything here only ever says "nothing hits" where the Python path would say so. What it is not sure of it
 * hands back: odd JSON, nested values of a field that is asked for, values and combinations that are new.
 */
#ifndef PHITHAK_PASSER_H
#define PHITHAK_PASSER_H

#include <stddef.h>
#include <stdint.h>

enum { END = 0, LINE = 1, PLAN = 2, CLASS = 3, VERDICT = 4, MEMORY = 5 };
enum { ABSENT = 0, STRING = 1, INTEGER = 2, OTHER = 3, EMPTY = 4, NESTED = 5 };

typedef struct {
    const uint8_t *at;
    uint32_t length;
    uint32_t kind;
} token;

/* Bytes or class numbers -> a number, open addressing, the keys copied into pages of their own. */
typedef struct {
    uint64_t hash;
    const uint8_t *key;
    uint32_t length;
    int32_t value;
} entry;

typedef struct page {
    struct page *next;
    size_t used, size;
    uint8_t bytes[];
} page;

typedef struct {
    entry *entries;
    size_t mask, count;
    page *pages;
    size_t bytes;
} table;

uint64_t hash_of(uint64_t seed, const uint8_t *key, size_t length);
entry *table_find(const table *held, uint64_t hash, const uint8_t *key, size_t length);
int table_put(table *held, uint64_t hash, const uint8_t *key, size_t length, int32_t value);
void table_free(table *held);

/* The parser: pointers behind what was read, or NULL where it is not sure. A newline ends everything. */
const uint8_t *skip_blanks(const uint8_t *at, const uint8_t *end);
const uint8_t *read_string(const uint8_t *at, const uint8_t *end, int *escaped);
const uint8_t *read_value(const uint8_t *at, const uint8_t *end, token *found, int depth);

#endif
