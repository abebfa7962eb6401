/*
** meaning.c - see meaning.h.
*/
#include "meaning.h"

#include <stdlib.h>
#include <string.h>

/* The last member of this name in the object, or NULL. Values are nodes of the body here, or NULL. */
static const reference_node *member(const reference *r, const reference_node *object, const char *name)
{
    const reference_node *found = NULL;
    for (size_t i = (size_t)(object - r->nodes) + 1; i < object->next;) {
        const text raw = reference_text(r, &r->nodes[i]);
        char *const decoded = allocate(raw.length);
        const text is = {decoded, reference_decode(raw, decoded)}, wanted = {name, strlen(name)};
        if (text_equal(is, wanted))
            found = &r->nodes[i + 1];
        free(decoded);
        i = r->nodes[i + 1].next;
    }
    return found;
}

static bool is_kind(const reference_node *n, reference_kind kind)
{
    return n != NULL && n->kind == kind;
}

static meaning_text text_of(const reference *r, const reference_node *n)
{
    const text raw = reference_text(r, n);
    char *const meant = allocate(raw.length);
    const size_t size = reference_decode(raw, meant);
    const meaning_text t = {true, n->escaped, (size_t)(raw.bytes - r->body.bytes), raw.length, meant, size};
    return t;
}

static meaning_text string_of(const reference *r, const reference_node *n)
{
    static const meaning_text unknown;
    return is_kind(n, REFERENCE_STRING) ? text_of(r, n) : unknown;
}

static void refuse(meaning *m, tc_outcome outcome, size_t at)
{
    m->outcome = outcome;
    m->offset = at + 1;
}

static void read_error(meaning *m, const reference *r, const reference_node *error)
{
    if (error->kind != REFERENCE_OBJECT) {
        refuse(m, TC_NOT_ENVELOPE, error->begin);
        return;
    }
    const reference_node *const code = member(r, error, "Code");
    if (!is_kind(code, REFERENCE_STRING)) {
        refuse(m, TC_NOT_ENVELOPE, code != NULL ? code->begin : error->begin);
        return;
    }
    m->outcome = TC_API_ERROR;
    m->code = text_of(r, code);
    m->message = string_of(r, member(r, error, "Message"));
}

static void read_response(meaning *m, const reference *r, const reference_node *response)
{
    if (response->kind != REFERENCE_OBJECT) {
        refuse(m, TC_NOT_ENVELOPE, response->begin);
        return;
    }
    const reference_node *const error = member(r, response, "Error");
    m->request_id = string_of(r, member(r, response, "RequestId"));
    m->outcome = TC_SUCCESS;
    if (error != NULL && error->kind != REFERENCE_NULL)
        read_error(m, r, error);
}

/* Is there a digit other than 0 before the exponent? */
static bool is_not_zero(text number)
{
    for (size_t i = 0; i < number.length && number.bytes[i] != 'e' && number.bytes[i] != 'E'; ++i) {
        if (number.bytes[i] >= '1' && number.bytes[i] <= '9')
            return true;
    }
    return false;
}

/* Without a Response: the legacy form, or unknown. An empty codeDesc says less than the number. */
static void read_legacy(meaning *m, const reference *r, const reference_node *body)
{
    const reference_node *const code = member(r, body, "code");
    const bool is_number = is_kind(code, REFERENCE_INTEGER) || is_kind(code, REFERENCE_REAL);
    if (!is_number || !is_not_zero(reference_text(r, code))) {
        refuse(m, TC_NOT_ENVELOPE, body->begin);
        return;
    }
    m->outcome = TC_API_ERROR;
    m->code = string_of(r, member(r, body, "codeDesc"));
    if (m->code.length == 0) {
        free(m->code.meant);
        m->code = text_of(r, code);
    }
    m->message = string_of(r, member(r, body, "message"));
}

meaning meaning_of(reference *r, text body, unsigned max_depth)
{
    meaning m;
    memset(&m, 0, sizeof m);
    if (!reference_read(r, body, max_depth, true)) {
        refuse(&m, TC_NOT_JSON, r->at);
        return m;
    }
    const reference_node *const top = &r->nodes[0];
    const reference_node *const response = top->kind == REFERENCE_OBJECT ? member(r, top, "Response") : NULL;
    if (top->kind != REFERENCE_OBJECT)
        refuse(&m, TC_NOT_ENVELOPE, top->begin);
    else if (response != NULL)
        read_response(&m, r, response);
    else
        read_legacy(&m, r, top);
    return m;
}

void meaning_free(meaning *m)
{
    free(m->code.meant);
    free(m->message.meant);
    free(m->request_id.meant);
    memset(m, 0, sizeof *m);
}
