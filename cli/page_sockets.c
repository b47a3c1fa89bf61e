/* SPDX-License-Identifier: MIT */
/*
 * page_sockets: what leaks stands first. Agent and origin are on the same page as the states
 * and the peers, because only together they name the culprit.
 */
#include "page_sockets.h"

#include "pagetable.h"

#include <math.h>
#include <stdio.h>

/* ---- Peers --------------------------------------------------------------------------- */

PAGE_TEXTUAL(peer, "peer")
PAGE_NUMBER(count, amount_count, "count", DOC_COUNT_MOST)
PAGE_NUMBER(close_wait, amount_count, "close_wait", DOC_COUNT_MOST)
PAGE_NUMBER(receive, amount_bytes, "recv_queue_bytes", DOC_BYTES_MOST)
PAGE_NUMBER(send, amount_bytes, "send_queue_bytes", DOC_BYTES_MOST)
PAGE_NUMBER(oldest, amount_age, "oldest_s", 1e10)

static void put_port(struct buf *out, const struct doc *row, const char *path)
{
    double port = doc_number(row, path, 65535);

    if (isnan(port))
        buf_puts(out, "-");
    else
        buf_printf(out, ":%.0f", port);
}

static PAGE_CELL(to_port)
{
    (void)user;
    put_port(out, PAGE_ROW(v)->value, "local_port");
}

static const struct table_column peer_columns[] = {
    PAGE_WORDS("PEER", 18, peer),
    PAGE_FIGURES("TO", 5, 2, to_port),
    PAGE_FIGURES("COUNT", 5, 0, count),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("CLOSE_WAIT", 5, 0, close_wait),
    PAGE_FIGURES("RECV-Q", 5, 0, receive),
    PAGE_FIGURES("SEND-Q", 5, 0, send),
    PAGE_FIGURES("OLDEST", 5, 1, oldest),
};

static const struct pagetable_list peers = {
    .name = "by_peer",
    .noun = "peers",
    .parts = { "peer", "local_port" },
    .figure = "count",
    .columns = peer_columns,
    .count = sizeof peer_columns / sizeof peer_columns[0],
};

/* ---- Local ports --------------------------------------------------------------------- */

static PAGE_CELL(listening)
{
    const struct doc *row = PAGE_ROW(v)->value;

    (void)user;
    if (doc_is_true(row, "listening"))
        buf_puts(out, "yes");
    else
        buf_puts(out, doc_at(row, "listening") != NULL ? "no" : "-");
}

static const struct table_column port_columns[] = {
    PAGE_FIGURES("LOCAL PORT", 10, 0, to_port),
    PAGE_FIGURES("COUNT", 5, 0, count),
    PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("LISTENING", 5, 0, listening),
};

static const struct pagetable_list ports = {
    .name = "by_local_port",
    .noun = "local ports",
    .parts = { "local_port" },
    .figure = "count",
    .columns = port_columns,
    .count = sizeof port_columns / sizeof port_columns[0],
};

/* ---- HTTP agents --------------------------------------------------------------------- */

PAGE_TEXTUAL(name, "name")
PAGE_TEXTUAL(origin, "origin")
PAGE_NUMBER(in_use, amount_count, "sockets", DOC_COUNT_MOST)
PAGE_NUMBER(free_ones, amount_count, "free", DOC_COUNT_MOST)
PAGE_NUMBER(pending, amount_count, "pending", DOC_COUNT_MOST)

static const struct table_column agent_columns[] = {
    PAGE_WORDS("HTTP AGENT", 12, name),    PAGE_WORDS("ORIGIN", 20, origin),
    PAGE_FIGURES("SOCKETS", 5, 0, in_use), PAGE_FIGURES("CHANGE", 6, 0, pagetable_cell_change),
    PAGE_FIGURES("FREE", 5, 0, free_ones), PAGE_FIGURES("PENDING", 5, 0, pending),
    PAGE_FIGURES("OLDEST", 5, 1, oldest),
};

static const struct pagetable_list agents = {
    .name = "http.agents",
    .noun = "agents and origins",
    .parts = { "name", "origin" },
    .figure = "sockets",
    .columns = agent_columns,
    .count = sizeof agent_columns / sizeof agent_columns[0],
};

static void put_agents(struct page *page, const struct doc *thread)
{
    if (pagetable(page, thread, &agents) > 0)
        return;
    if (doc_is_array(thread, "http.agents"))
        buf_puts(page->out, "no HTTP agent has a socket\n");
    else
        buf_puts(page->out, "HTTP agents: -\n");
}

/* ---- Views --------------------------------------------------------------------------- */

static void put_view_cell(struct buf *line, const struct doc *views, const char *path)
{
    struct buf cell = { 0 };

    amount_count(&cell, doc_number(views, path, DOC_COUNT_MOST));
    text_fit(line, buf_text(&cell), 8, TEXT_RIGHT, TEXT_ASCII);
    buf_fini(&cell);
}

/* The same sockets as three parties see them. */
static void put_views(struct page *page, const struct doc *sockets)
{
    static const struct {
        const char *label;
        const char *paths[3];
    } rows[] = {
        { "tcp", { "kernel.tcp", "libuv.tcp", "node.tcp" } },
        { "udp", { "kernel.udp", "libuv.udp", "node.udp" } },
        { "unix, pipe", { "kernel.unix", "libuv.pipe", "node.pipe" } },
    };
    const struct doc *views = doc_at(sockets, "views");

    if (!doc_is_object(views, ""))
        return;
    page_gap(page);
    buf_puts(page->out, "SEEN BY        KERNEL   LIBUV    NODE\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text_fit(page->out, rows[i].label, 13, TEXT_LEFT, TEXT_ASCII);
        for (size_t k = 0; k < 3; k++)
            put_view_cell(page->out, views, rows[i].paths[k]);
        page_gap(page);
    }
}

static void put_outside(struct page *page, const struct doc *sockets)
{
    double count = doc_number(sockets, "outside_libuv", DOC_COUNT_MOST);
    struct buf line = { 0 };

    buf_puts(&line, "outside libuv: ");
    page_count(&line, page, "outside_libuv", count);
    if (count > 0)
        buf_puts(&line, " that no event loop knows, such as those of native add-ons");
    page_line(page, &line);
    buf_fini(&line);
}

/* ---- The page ------------------------------------------------------------------------ */

static void put_figure(struct buf *line, struct page *page, const struct doc *sockets,
                       const char *path)
{
    page_count(line, page, path, doc_number(sockets, path, DOC_COUNT_MOST));
}

static void put_totals(struct page *page, const struct doc *sockets)
{
    static const char *const others[] = { "udp", "unix", "other" };
    struct buf line = { 0 };

    put_figure(&line, page, sockets, "total");
    buf_puts(&line, " sockets; oldest ");
    amount_age(&line, doc_number(sockets, "oldest_s", 1e10));
    buf_puts(&line, "; bytes queued: to be read ");
    page_bytes(&line, page, "recv", doc_number(sockets, "recv_queue_bytes", DOC_BYTES_MOST));
    buf_puts(&line, ", to be sent ");
    page_bytes(&line, page, "send", doc_number(sockets, "send_queue_bytes", DOC_BYTES_MOST));
    page_line(page, &line);
    buf_puts(&line, "tcp: ");
    page_members(&line, page, doc_at(sockets, "tcp"), "tcp");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        buf_printf(&line, "; %s ", others[i]);
        put_figure(&line, page, sockets, others[i]);
    }
    page_line(page, &line);
    buf_fini(&line);
}

static void put_pile(struct page *page, const struct doc *sockets)
{
    struct buf line = { 0 };

    if (doc_text(sockets, "close_wait.says", NULL)[0] == '\0')
        return;
    page_sentence(&line, page, sockets, "close_wait.says");
    page_warning(page, &line);
    buf_fini(&line);
}

void page_sockets(struct page *page)
{
    const struct doc *sockets = doc_at(page->state, "sockets");

    page_heading(page);
    put_totals(page, sockets);
    put_pile(page, sockets);
    pagetable(page, sockets, &peers);
    pagetable(page, sockets, &ports);
    put_views(page, sockets);
    put_outside(page, sockets);
    if (doc_count(doc_at(page->state, "threads")) > 1)
        page_gap(page);
    page_threads(page, put_agents);
}
