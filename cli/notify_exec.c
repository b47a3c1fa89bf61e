/* SPDX-License-Identifier: MIT */
/*
 * notify_exec: by posix_spawn(), which is fit for a process with libcurl's threads, and tells
 * the errno of a program that is not there. Input is a file in memory: nobody waits for
 * a child that does not read.
 */
#include "notify_exec.h"

#include "clock.h"
#include "mem.h"
#include "nofile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int input_file(const struct notify_exec *program)
{
    int fd = memfd_create("alert", MFD_CLOEXEC);
    size_t at = 0;

    while (fd >= 0 && at < program->input_len) {
        ssize_t n = write(fd, program->input + at, program->input_len - at);

        if (n < 0 && errno != EINTR) {
            close(fd);
            return -1;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static bool is_replaced(const char *variable, const struct notify_exec *program)
{
    size_t name = strcspn(variable, "=") + 1;

    for (const char *own = program->variables;
         own < program->variables + program->variables_len; own += strlen(own) + 1) {
        if (strncmp(own, variable, name) == 0)
            return true;
    }
    return false;
}

/* The key to the targets is nobody else's. */
static bool is_secret(const char *variable)
{
    return strncmp(variable, "PORTHOLE_TOKEN=", 15) == 0;
}

/* Ours with the program's variables; borrowed texts in an array to be freed. */
static char **environment_of(const struct notify_exec *program)
{
    const char *end = program->variables + program->variables_len;
    size_t count = 0, n = 0;
    char **list;

    while (environ[count] != NULL)
        count++;
    for (const char *own = program->variables; own < end; own += strlen(own) + 1)
        count++;
    list = mem_new(count + 1, sizeof *list);
    for (size_t i = 0; environ[i] != NULL; i++) {
        if (!is_secret(environ[i]) && !is_replaced(environ[i], program))
            list[n++] = environ[i];
    }
    for (const char *own = program->variables; own < end; own += strlen(own) + 1)
        list[n++] = (char *)own;
    return list;
}

static char **words_of(const struct notify_exec *program)
{
    char **list = mem_new(program->n_words + 1, sizeof *list);
    const char *word = program->words;

    for (unsigned i = 0; i < program->n_words; i++) {
        list[i] = (char *)word;
        word += strlen(word) + 1;
    }
    return list;
}

/* No signal held back, SIGPIPE as programs expect it, and a session of its own: no Ctrl-C that
 * is meant for us, no terminal to ask for a password, and a group to kill. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, pipe;

    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &pipe);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSID);
}

static int set_files(posix_spawn_file_actions_t *files, int input)
{
    int error = posix_spawn_file_actions_adddup2(files, input, STDIN_FILENO);

    if (error == 0)
        error =
            posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    /* not all that libraries open is closed by exec */
    if (error == 0)
        error = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    return error;
}

/* With the limit of descriptors that we were given: a child inherits what counts while it is
 * made, and no attribute says another. */
static int spawn_limited(pid_t *pid, const posix_spawn_file_actions_t *files,
                         const posix_spawnattr_t *attributes, char **words, char **variables)
{
    int error;

    nofile_lower();
    error = posix_spawnp(pid, words[0], files, attributes, words, variables);
    nofile_raise();
    return error;
}

static int spawn(pid_t *pid, const struct notify_exec *program, int input)
{
    char **words = words_of(program), **variables = environment_of(program);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int error;

    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    error = set_attributes(&attributes);
    if (error == 0)
        error = set_files(&files, input);
    if (error == 0)
        error = spawn_limited(pid, &files, &attributes, words, variables);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    free(variables);
    free(words);
    return error;
}

int notify_exec_start(struct notify_child *child, const struct notify_exec *program)
{
    int input, error;

    *child = (struct notify_child){ 0 };
    if (program->n_words == 0)
        return ENOENT;
    input = input_file(program);
    if (input < 0)
        return errno;
    error = spawn(&child->pid, program, input);
    close(input);
    if (error != 0)
        child->pid = 0;
    child->deadline_s = clock_now_s() + program->timeout_s;
    return error;
}

static void tell_end(char reason[NOTIFY_EXEC_REASON], int status)
{
    reason[0] = '\0';
    if (WIFSIGNALED(status))
        snprintf(reason, NOTIFY_EXEC_REASON, "it was killed by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        snprintf(reason, NOTIFY_EXEC_REASON, "its exit status is %d", WEXITSTATUS(status));
}

bool notify_exec_done(struct notify_child *child, char reason[NOTIFY_EXEC_REASON])
{
    int status = 0;
    pid_t pid = waitpid(child->pid, &status, WNOHANG);

    if (pid == 0 && clock_now_s() < child->deadline_s)
        return false;
    if (pid == 0) {
        notify_exec_kill(child);
        snprintf(reason, NOTIFY_EXEC_REASON, "it took too long");
        return true;
    }
    /* ECHILD: whoever started us ignores SIGCHLD, so nobody knows how it ended */
    tell_end(reason, pid > 0 ? status : 0);
    child->pid = 0;
    return true;
}

void notify_exec_kill(struct notify_child *child)
{
    if (child->pid == 0)
        return;
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    child->pid = 0;
}
