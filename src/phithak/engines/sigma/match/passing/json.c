/* A strict reader of JSON on one line. It takes less than JSON allows, never more: the rest is for Python. */
#include <string.h>

#include "passer.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { DEEPEST = 32, MOST_DIGITS = 40 };

const uint8_t *skip_blanks(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) at++;
    return at;
}

/* The first byte that is a quote, a backslash, a control character or no ASCII. */
static const uint8_t *to_special(const uint8_t *at, const uint8_t *end) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), blank = _mm_set1_epi8(' ');
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        /* as signed bytes what is no ASCII is below the blank as well */
        __m128i special = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
            _mm_cmplt_epi8(bytes, blank));
        int mask = _mm_movemask_epi8(special);
        if (mask) return at + __builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && *at >= ' ' && *at < 0x80) at++;
    return at;
}

static int is_follower(const uint8_t *at, const uint8_t *end) { return at < end && (*at & 0xC0) == 0x80; }

/* One letter of UTF-8 beyond ASCII, as RFC 3629 has it: no surrogates, nothing longer than needed. */
static const uint8_t *read_letter(const uint8_t *at, const uint8_t *end) {
    uint8_t first = *at;
    if (first >= 0xC2 && first <= 0xDF) return is_follower(at + 1, end) ? at + 2 : NULL;
    if (end - at < 3) return NULL;
    if ((first & 0xF0) == 0xE0) {
        if ((first == 0xE0 && at[1] < 0xA0) || (first == 0xED && at[1] > 0x9F)) return NULL;
        return is_follower(at + 1, end) && is_follower(at + 2, end) ? at + 3 : NULL;
    }
    if (first < 0xF0 || first > 0xF4 || end - at < 4) return NULL;
    if ((first == 0xF0 && at[1] < 0x90) || (first == 0xF4 && at[1] > 0x8F)) return NULL;
    return is_follower(at + 1, end) && is_follower(at + 2, end) && is_follower(at + 3, end) ? at + 4 : NULL;
}

static int digit_of_hex(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static const uint8_t *read_escape(const uint8_t *at, const uint8_t *end) {
    if (end - at < 2) return NULL;
    if (at[1] != 'u') return at[1] != 0 && strchr("\"\\/bfnrt", at[1]) ? at + 2 : NULL;
    if (end - at < 6) return NULL;
    int code = 0;
    for (int place = 2; place < 6; place++) {
        int digit = digit_of_hex(at[place]);
        if (digit < 0) return NULL;
        code = code * 16 + digit;
    }
    /* halves of a pair are for Python */
    return code >= 0xD800 && code <= 0xDFFF ? NULL : at + 6;
}

/* From behind the first quote to behind the last one. */
const uint8_t *read_string(const uint8_t *at, const uint8_t *end, int *escaped) {
    for (;;) {
        at = to_special(at, end);
        if (at >= end || *at < ' ') return NULL;
        if (*at == '"') return at + 1;
        if (*at == '\\') {
            *escaped = 1;
            at = read_escape(at, end);
        } else {
            at = read_letter(at, end);
        }
        if (at == NULL) return NULL;
    }
}

static const uint8_t *read_number(const uint8_t *at, const uint8_t *end, token *found) {
    int digits = 0;
    found->kind = INTEGER;
    if (at < end && *at == '-') at++;
    const uint8_t *first = at;
    while (at < end && *at >= '0' && *at <= '9') at++, digits++;
    if (!digits || (*first == '0' && digits > 1)) return NULL;
    if (at < end && *at == '.') {
        const uint8_t *point = at++;
        found->kind = OTHER;
        while (at < end && *at >= '0' && *at <= '9') at++, digits++;
        if (at == point + 1) return NULL;
    }
    if (digits > MOST_DIGITS || (at < end && (*at == 'e' || *at == 'E'))) return NULL;
    return at;
}

static const uint8_t *read_word(const uint8_t *at, const uint8_t *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

static const uint8_t *read_nested(const uint8_t *at, const uint8_t *end, int depth) {
    uint8_t close = *at == '{' ? '}' : ']';
    int escaped = 0;
    token inner;
    at = skip_blanks(at + 1, end);
    if (at < end && *at == close) return at + 1;
    for (;;) {
        if (close == '}') {
            if (at >= end || *at != '"') return NULL;
            if ((at = read_string(at + 1, end, &escaped)) == NULL) return NULL;
            at = skip_blanks(at, end);
            if (at >= end || *at != ':') return NULL;
            at = skip_blanks(at + 1, end);
        }
        if ((at = read_value(at, end, &inner, depth + 1)) == NULL) return NULL;
        at = skip_blanks(at, end);
        if (at >= end) return NULL;
        if (*at == close) return at + 1;
        if (*at != ',') return NULL;
        at = skip_blanks(at + 1, end);
    }
}

/* One value; ``found`` then says what stood there, quotes included. */
const uint8_t *read_value(const uint8_t *at, const uint8_t *end, token *found, int depth) {
    const uint8_t *begin = at;
    int escaped = 0;
    if (at >= end || depth > DEEPEST) return NULL;
    switch (*at) {
        case '"':
            found->kind = STRING;
            at = read_string(at + 1, end, &escaped);
            break;
        case '{':
        case '[':
            found->kind = NESTED;
            at = read_nested(at, end, depth);
            break;
        case 't':
            found->kind = OTHER;
            at = read_word(at, end, "true");
            break;
        case 'f':
            found->kind = OTHER;
            at = read_word(at, end, "false");
            break;
        case 'n':
            found->kind = EMPTY;
            at = read_word(at, end, "null");
            break;
        default:
            at = read_number(at, end, found);
    }
    if (at == NULL || at - begin > UINT32_MAX) return NULL;
    found->at = begin;
    found->length = (uint32_t)(at - begin);
    return at;
}
