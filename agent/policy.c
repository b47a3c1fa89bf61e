/* SPDX-License-Identifier: MIT */
/* Owns the rules by which requests are refused before any route sees them. */
#include "policy.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "guard.h"

void ph_policy_see(struct ph_head *head, const char *name, const char *value)
{
    if (strcasecmp(name, "Host") == 0) {
        head->host = value;
        head->hosts++;
    }
    if (strcasecmp(name, "Accept") == 0)
        head->accept = value;
    if (strcasecmp(name, "Authorization") == 0)
        head->authorization = value;
    if (strcasecmp(name, "Transfer-Encoding") == 0 ||
        (strcasecmp(name, "Content-Length") == 0 && strcmp(value, "0") != 0))
        head->has_body = true; /* no route takes one; only smugglers send it */
}

static bool is_malformed(const struct ph_head *head)
{
    return head->has_nul || head->has_body || head->hosts > 1 || head->url[0] != '/';
}

bool ph_policy_refuses(const struct ph_head *head, const struct porthole_config *config,
                       struct ph_reply *reply)
{
    if (strcmp(head->method, "GET") != 0 && strcmp(head->method, "HEAD") != 0) {
        ph_reply_error(reply, 405, "method-not-allowed", "cannot answer method", head->method);
        reply->allow = "GET, HEAD";
        return true;
    }
    if (is_malformed(head)) {
        ph_reply_error(reply, 400, "bad-request", "malformed request head", NULL);
        return true;
    }
    if (!head->local && head->host && !ph_guard_host(head->host, config->allowed_hosts)) {
        ph_reply_error(reply, 403, "host-not-allowed",
                       "set 'allowed_hosts' to be asked under the name", head->host);
        return true;
    }
    return false;
}

bool ph_policy_may_see(const struct ph_head *head, const struct porthole_config *config,
                       enum ph_access access, struct ph_reply *reply)
{
    if (head->local)
        return true;
    if (!config->token && access == PH_ACCESS_SECRET) {
        ph_reply_error(reply, 403, "token-needed",
                       "set a token in the agent, or use the unix socket, to ask for",
                       head->url);
        return false;
    }
    if (!config->token || (access == PH_ACCESS_OPEN && !config->protect_all) ||
        ph_guard_token(head->authorization, config->token))
        return true;
    ph_reply_error(reply, 401, "unauthorized", "a bearer token is needed for", head->url);
    return false;
}
