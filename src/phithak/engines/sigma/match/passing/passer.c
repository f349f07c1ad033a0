/* The walk over a chunk of lines. Python drives it: ``passer_step`` stops where it has a question, Python tells
 * the answer by one of the ``passer_tell_…`` functions and steps on. Answers are kept, so each is asked once.
 */
#include <stdlib.h>
#include <string.h>

#include "passer.h"

enum { MOST_FIELDS = 1024 };

/* One field of a plan: which memo its values are looked up in, and its names in the event, the best first. */
typedef struct {
    int32_t memo, first_name, names;
} field;

typedef struct {
    table young, old;
    int32_t absent;
} memo;

typedef struct {
    field *fields;
    int32_t *names;
    int32_t count, nested;
    uint64_t mask;
    table verdicts;
} plan;

typedef struct {
    token value;
    uint64_t line;
} slot;

/* A place of the chunk where a keyword of some groups may end. */
typedef struct {
    int64_t at;
    uint64_t mask;
} mark;

typedef struct {
    /* what Python reads; the same order stands in passer.py */
    int64_t start, end, record, records, fresh_bytes, verdicts, plans_known;
    int64_t first_at, first_length, second_at, second_length;
    int32_t memo, plan, verdict, fields;
    int32_t classes[MOST_FIELDS];
    /* what it does not */
    uint64_t seed, line;
    const uint8_t *chunk, *at, *stop, *line_end;
    const mark *marks;
    int64_t marks_left;
    int stage, field, nested;
    int32_t channel, event_id;
    table names, plan_of;
    slot *slots;
    int32_t slots_count, memos_count, plans_count;
    memo *memos;
    plan *plans;
} passer;

enum { AT_LINE, AT_PLAN, AT_FIELDS, AT_VERDICT, AT_DONE };

static int32_t name_of(passer *self, const char *name) {
    size_t length = strlen(name);
    uint64_t hash = hash_of(self->seed, (const uint8_t *)name, length);
    entry *found = table_find(&self->names, hash, (const uint8_t *)name, length);
    if (found != NULL) return found->value;
    slot *more = realloc(self->slots, sizeof(slot) * (size_t)(self->slots_count + 1));
    if (more == NULL) return -1;
    self->slots = more;
    more[self->slots_count] = (slot){0};
    if (!table_put(&self->names, hash, (const uint8_t *)name, length, self->slots_count)) return -1;
    return self->slots_count++;
}

static void forget_plans(passer *self) {
    for (int32_t place = 0; place < self->plans_count; place++) {
        table_free(&self->plans[place].verdicts);
        free(self->plans[place].fields);
        free(self->plans[place].names);
    }
    free(self->plans);
    self->plans = NULL;
    self->plans_count = 0;
    table_free(&self->plan_of);
    self->verdicts = self->plans_known = 0;
}

/* Forget all: memos and plans must then be told anew. */
void passer_forget(passer *self) {
    forget_plans(self);
    for (int32_t place = 0; place < self->memos_count; place++) {
        table_free(&self->memos[place].young);
        table_free(&self->memos[place].old);
    }
    free(self->memos);
    self->memos = NULL;
    self->memos_count = 0;
    self->fresh_bytes = 0;
    table_free(&self->names);
    free(self->slots);
    self->slots = NULL;
    self->slots_count = 0;
    self->channel = name_of(self, "Channel");
    self->event_id = name_of(self, "EventID");
}

passer *passer_new(uint64_t seed) {
    passer *self = calloc(1, sizeof(passer));
    if (self == NULL) return NULL;
    self->seed = seed;
    passer_forget(self);
    return self;
}

void passer_free(passer *self) {
    passer_forget(self);
    table_free(&self->names);
    free(self->slots);
    free(self);
}

/* A memo; ``absent`` is the class of a field that is not there. Returns its number, -1 where memory is short. */
int32_t passer_add_memo(passer *self, int32_t absent) {
    memo *more = realloc(self->memos, sizeof(memo) * (size_t)(self->memos_count + 1));
    if (more == NULL) return -1;
    self->memos = more;
    more[self->memos_count] = (memo){.absent = absent};
    return self->memos_count++;
}

/* A plan: per field its memo and the count of its names, then all names in a row; the groups of keywords it asks. */
int32_t passer_add_plan(passer *self, int32_t count, const int32_t *memos, const int32_t *counts,
                        const char *const *names, int32_t nested, uint64_t mask) {
    if (count > MOST_FIELDS) return -1;
    plan *more = realloc(self->plans, sizeof(plan) * (size_t)(self->plans_count + 1));
    if (more == NULL) return -1;
    self->plans = more;
    int32_t all = 0;
    for (int32_t place = 0; place < count; place++) all += counts[place];
    plan made = {.count = count, .nested = nested, .mask = mask};
    made.fields = calloc((size_t)count + 1, sizeof(field));
    made.names = calloc((size_t)all + 1, sizeof(int32_t));
    int32_t at = 0, fine = made.fields != NULL && made.names != NULL;
    for (int32_t place = 0; fine && place < count; place++) {
        made.fields[place] = (field){.memo = memos[place], .first_name = at, .names = counts[place]};
        for (int32_t name = 0; fine && name < counts[place]; name++, at++)
            fine = (made.names[at] = name_of(self, names[at])) >= 0;
    }
    if (!fine) {
        free(made.fields);
        free(made.names);
        return -1;
    }
    more[self->plans_count] = made;
    return self->plans_count++;
}

/* The older generation of values is dropped; the younger becomes the older. */
void passer_rotate(passer *self) {
    for (int32_t place = 0; place < self->memos_count; place++) {
        memo *here = &self->memos[place];
        table_free(&here->old);
        here->old = here->young;
        here->young = (table){0};
    }
    self->fresh_bytes = 0;
}

/* Begin a chunk; ``marks`` stand in order. Both must stay where they are. */
void passer_begin(passer *self, const uint8_t *chunk, int64_t length, const mark *marks, int64_t count) {
    self->chunk = self->at = chunk;
    self->stop = chunk + length;
    self->marks = marks;
    self->marks_left = count;
    self->records = 0;
    self->stage = AT_LINE;
}

/* Change the marks in the middle of a chunk: those of lines that are over are passed by. */
void passer_mark(passer *self, const mark *marks, int64_t count) {
    self->marks = marks;
    self->marks_left = count;
}

static int is_blank(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r'))) at++;
    return at == end;
}

/* Read one line: behind its end, or NULL where it is not sure. */
static const uint8_t *read_line(passer *self) {
    const uint8_t *at = skip_blanks(self->at, self->stop), *stop = self->stop;
    self->line++;
    self->nested = 0;
    if (at >= stop || *at != '{') return NULL;
    at = skip_blanks(at + 1, stop);
    if (at < stop && *at == '}') return NULL;
    for (;;) {
        token value;
        int escaped = 0;
        if (at >= stop || *at != '"') return NULL;
        const uint8_t *name = at + 1;
        if ((at = read_string(name, stop, &escaped)) == NULL || escaped) return NULL;
        size_t length = (size_t)(at - 1 - name);
        at = skip_blanks(at, stop);
        if (at >= stop || *at != ':') return NULL;
        at = read_value(skip_blanks(at + 1, stop), stop, &value, 0);
        if (at == NULL) return NULL;
        self->nested |= value.kind == NESTED;
        entry *known = table_find(&self->names, hash_of(self->seed, name, length), name, length);
        if (known != NULL) {
            slot *here = &self->slots[known->value];
            /* a name that stands there twice */
            if (here->line == self->line) return NULL;
            *here = (slot){.value = value, .line = self->line};
        }
        at = skip_blanks(at, stop);
        if (at >= stop) return NULL;
        if (*at == '}') break;
        if (*at != ',') return NULL;
        at = skip_blanks(at + 1, stop);
    }
    at = skip_blanks(at + 1, stop);
    return at < stop && *at != '\n' ? NULL : at;
}

static const token *value_of(const passer *self, int32_t name) {
    const slot *here = &self->slots[name];
    return here->line == self->line && here->value.kind != EMPTY ? &here->value : NULL;
}

static int is_marked(passer *self, uint64_t mask) {
    int found = 0;
    for (; self->marks_left > 0 && self->marks->at <= self->end; self->marks++, self->marks_left--)
        found |= self->marks->at > self->start && (self->marks->mask & mask);
    return found;
}

static int ask_line(passer *self, int32_t verdict) {
    self->verdict = verdict;
    self->stage = AT_DONE;
    return LINE;
}

/* The table of plans goes by both header values as they are written, a newline between. */
static uint64_t header_of(const passer *self, uint8_t *held, size_t *length) {
    const token *channel = value_of(self, self->channel), *event_id = value_of(self, self->event_id);
    *length = 0;
    if (channel == NULL || event_id == NULL || channel->kind != STRING || channel->length > 200 ||
        (event_id->kind != STRING && event_id->kind != INTEGER) || event_id->length > 40)
        return 0;
    memcpy(held, channel->at, channel->length);
    held[channel->length] = '\n';
    memcpy(held + channel->length + 1, event_id->at, event_id->length);
    *length = (size_t)channel->length + 1 + event_id->length;
    return hash_of(self->seed, held, *length);
}

static int find_plan(passer *self) {
    uint8_t header[256];
    size_t length;
    uint64_t hash = header_of(self, header, &length);
    if (length == 0) return ask_line(self, 0);
    entry *known = table_find(&self->plan_of, hash, header, length);
    if (known == NULL) {
        const token *channel = value_of(self, self->channel), *event_id = value_of(self, self->event_id);
        self->first_at = channel->at - self->chunk;
        self->first_length = channel->length;
        self->second_at = event_id->at - self->chunk;
        self->second_length = event_id->length;
        self->stage = AT_PLAN;
        return PLAN;
    }
    self->plan = known->value;
    if (self->plan < 0) return ask_line(self, 0);
    const plan *asked = &self->plans[self->plan];
    if ((asked->nested && self->nested) || (asked->mask && is_marked(self, asked->mask)))
        return ask_line(self, 0);
    self->field = 0;
    self->stage = AT_FIELDS;
    return END;
}

/* The plan of the header that was asked for; -1 gives such lines to Python. */
int32_t passer_tell_plan(passer *self, int32_t number) {
    uint8_t header[256];
    size_t length;
    uint64_t hash = header_of(self, header, &length);
    if (!table_put(&self->plan_of, hash, header, length, number)) return MEMORY;
    self->plans_known++;
    /* the plan may have brought names that nobody looked for when the line was read */
    self->records--;
    self->stage = AT_LINE;
    return 0;
}

static int find_classes(passer *self) {
    const plan *asked = &self->plans[self->plan];
    for (; self->field < asked->count; self->field++) {
        const field *here = &asked->fields[self->field];
        const token *value = NULL;
        for (int32_t name = 0; value == NULL && name < here->names; name++)
            value = value_of(self, asked->names[here->first_name + name]);
        memo *held = &self->memos[here->memo];
        if (value == NULL) {
            self->classes[self->field] = held->absent;
            continue;
        }
        if (value->kind == NESTED) return ask_line(self, 0);
        uint64_t hash = hash_of(self->seed, value->at, value->length);
        entry *known = table_find(&held->young, hash, value->at, value->length);
        if (known == NULL && (known = table_find(&held->old, hash, value->at, value->length)) != NULL) {
            size_t before = held->young.bytes;
            if (!table_put(&held->young, hash, value->at, value->length, known->value)) return MEMORY;
            self->fresh_bytes += (int64_t)(held->young.bytes - before);
        }
        if (known == NULL) {
            self->memo = here->memo;
            self->first_at = value->at - self->chunk;
            self->first_length = value->length;
            return CLASS;
        }
        self->classes[self->field] = known->value;
    }
    self->fields = asked->count;
    self->stage = AT_VERDICT;
    return END;
}

/* The class of the value that was asked for; not kept where it is too long to be seen again. */
int32_t passer_tell_class(passer *self, int32_t number, int32_t keep) {
    table *young = &self->memos[self->memo].young;
    self->classes[self->field++] = number;
    if (!keep) return 0;
    size_t before = young->bytes, length = (size_t)self->first_length;
    const uint8_t *text = self->chunk + self->first_at;
    if (!table_put(young, hash_of(self->seed, text, length), text, length, number)) return MEMORY;
    self->fresh_bytes += (int64_t)(young->bytes - before);
    return 0;
}

static int find_verdict(passer *self) {
    plan *asked = &self->plans[self->plan];
    size_t length = (size_t)asked->count * sizeof(int32_t);
    const uint8_t *key = (const uint8_t *)self->classes;
    entry *known = table_find(&asked->verdicts, hash_of(self->seed, key, length), key, length);
    if (known == NULL) return VERDICT;
    if (known->value != 0) return ask_line(self, known->value);
    self->stage = AT_DONE;
    return END;
}

/* The verdict that was asked for: 0 for nothing, else the number under which Python keeps it. */
int32_t passer_tell_verdict(passer *self, int32_t number) {
    plan *asked = &self->plans[self->plan];
    size_t length = (size_t)asked->count * sizeof(int32_t);
    const uint8_t *key = (const uint8_t *)self->classes;
    if (!table_put(&asked->verdicts, hash_of(self->seed, key, length), key, length, number)) return MEMORY;
    self->verdicts++;
    return 0;
}

static int next_line(passer *self) {
    while (self->at < self->stop) {
        const uint8_t *end = read_line(self);
        int sure = end != NULL;
        if (!sure) {
            end = memchr(self->at, '\n', (size_t)(self->stop - self->at));
            if (end == NULL) end = self->stop;
        }
        self->start = self->at - self->chunk;
        self->end = end - self->chunk;
        self->line_end = end;
        if (sure || !is_blank(self->at, end)) {
            self->record = self->records++;
            self->stage = sure ? AT_PLAN : AT_LINE;
            return 1;
        }
        self->at = end < self->stop ? end + 1 : end;
    }
    return 0;
}

/* Go on to the next question, or line that Python must look at; END when the chunk is over. */
int32_t passer_step(passer *self) {
    for (;;) {
        int answer = END;
        switch (self->stage) {
            case AT_DONE:
                self->at = self->line_end < self->stop ? self->line_end + 1 : self->line_end;
                self->stage = AT_LINE;
                break;
            case AT_LINE:
                if (!next_line(self)) return END;
                if (self->stage == AT_LINE) return ask_line(self, 0);
                break;
            case AT_PLAN:
                answer = find_plan(self);
                break;
            case AT_FIELDS:
                answer = find_classes(self);
                break;
            default:
                answer = find_verdict(self);
        }
        if (answer != END) return answer;
    }
}
