/*
 * headrace-pmix: the PMIx server of the tasks of one step on one node.
 *
 * The supervisor starts it as the user before the tasks, with a socket as standard input. Frames:
 * length (of what follows, four bytes), type, payload; numbers have four bytes, the highest first.
 * To it: W the world (lines: name, size, number of this node, nodes), R what all brought to a fence.
 * From it: E number of a task and its variables, L all tasks have theirs, C and Z a task has
 * connected, has finalized, A a task aborts (number, code, text), F all tasks here have come to a
 * fence, with what they bring, X it can't go on. It ends when the socket does.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifndef HEADRACE_WITH_PMIX

int main(int count, char **arguments) {
  static const char text[] = "headrace-pmix was built without PMIx: install the headers of libpmix"
                             " (Debian, Ubuntu: libpmix-dev), and build again\n";
  bool asked = count > 1 && strcmp(arguments[1], "--version") == 0;
  fputs(text, asked ? stdout : stderr);
  return 3;
}

#else

#include "pmix_world.h"

#include <errno.h>
#include <pmix.h>
#include <pmix_server.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#if PMIX_VERSION_MAJOR < 3
#error "PMIx 3 or later is needed"
#endif

#define MAX_FRAME (96u << 20)

/* ---- the socket ---- */

static const int supervisor = STDIN_FILENO;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) {
    at[i] = (uint8_t)(value >> (24 - 8 * i));
  }
}

static uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_all(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t written = write(supervisor, at, length);
    if (written > 0) {
      at += written;
      length -= (size_t)written;
    } else if (written < 0 && errno != EINTR) {
      _exit(1); /* there is nobody to serve for */
    }
  }
}

static void say(char type, const void *head, size_t head_length, const void *body, size_t length) {
  uint8_t header[5];
  put32(header, (uint32_t)(1 + head_length + length));
  header[4] = (uint8_t)type;
  pthread_mutex_lock(&writing);
  write_all(header, sizeof(header));
  write_all(head, head_length);
  write_all(body, length);
  pthread_mutex_unlock(&writing);
}

static void say_number(char type, uint32_t number) {
  uint8_t head[4];
  put32(head, number);
  say(type, head, sizeof(head), "", 0);
}

static _Noreturn void give_up(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  say('X', "", 0, text, strlen(text));
  _exit(1);
}

static bool read_all(void *bytes, size_t length) {
  char *at = bytes;
  while (length > 0) {
    ssize_t got = read(supervisor, at, length);
    if (got > 0) {
      at += got;
      length -= (size_t)got;
    } else if (got == 0 || errno != EINTR) {
      return false;
    }
  }
  return true;
}

/* NULL: the supervisor has gone. A zero follows the payload. */
static uint8_t *hear(char *type, size_t *length) {
  uint8_t header[5];
  if (!read_all(header, sizeof(header))) {
    return NULL;
  }
  uint32_t size = get32(header);
  if (size < 1 || size > MAX_FRAME) {
    return NULL;
  }
  *type = (char)header[4];
  *length = size - 1;
  uint8_t *payload = calloc(1, *length + 1);
  if (payload == NULL || !read_all(payload, *length)) {
    free(payload);
    return NULL;
  }
  return payload;
}

/* ---- what the library asks ---- */

static struct world world;
static pthread_mutex_t fencing = PTHREAD_MUTEX_INITIALIZER;

/* A fence that the tasks here have come to, and others not yet. */
struct fence {
  struct fence *next;
  pmix_modex_cbfunc_t done;
  void *context;
  char *bytes;
  size_t length;
};
static struct fence *fences; /* the first is on its way */

static pmix_status_t connected(const pmix_proc_t *proc, void *object, pmix_op_cbfunc_t done,
                               void *context) {
  (void)object;
  (void)done;
  (void)context;
  say_number('C', proc->rank);
  return PMIX_OPERATION_SUCCEEDED;
}

static pmix_status_t finalized(const pmix_proc_t *proc, void *object, pmix_op_cbfunc_t done,
                               void *context) {
  (void)object;
  (void)done;
  (void)context;
  say_number('Z', proc->rank);
  return PMIX_OPERATION_SUCCEEDED;
}

static pmix_status_t aborted(const pmix_proc_t *proc, void *object, int status, const char text[],
                             pmix_proc_t procs[], size_t count, pmix_op_cbfunc_t done,
                             void *context) {
  uint8_t head[8];
  (void)object;
  (void)procs;
  (void)count;
  (void)done;
  (void)context;
  put32(head, proc->rank);
  put32(head + 4, (uint32_t)status);
  say('A', head, sizeof(head), text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
  return PMIX_OPERATION_SUCCEEDED;
}

/* Whether all tasks of the step are meant; *here_only: none that is elsewhere. */
static bool of_all(const pmix_proc_t procs[], size_t count, bool *here_only) {
  size_t ours = 0;
  *here_only = true;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(procs[i].nspace, world.name) != 0) {
      *here_only = false;
      return false;
    }
    if (procs[i].rank == PMIX_RANK_WILDCARD) {
      *here_only = world.node_count == 1;
      return true;
    }
    if (procs[i].rank == PMIX_RANK_LOCAL_NODE) {
      continue;
    }
    ours++;
    if (procs[i].rank >= world.size || world.tasks[procs[i].rank].node != world.node) {
      *here_only = false;
    }
  }
  return ours == world.size;
}

static void send_fence(const struct fence *fence) {
  say('F', "", 0, fence->bytes, fence->length);
}

static pmix_status_t fence(const pmix_proc_t procs[], size_t count, const pmix_info_t info[],
                           size_t info_count, char *data, size_t length, pmix_modex_cbfunc_t done,
                           void *context) {
  bool here_only = false;
  bool all = of_all(procs, count, &here_only);
  (void)info;
  (void)info_count;
  if (!all && !here_only) {
    return PMIX_ERR_NOT_SUPPORTED;
  }
  char *bytes = malloc(length + 1);
  if (bytes == NULL) {
    return PMIX_ERR_NOMEM;
  }
  if (length > 0) {
    memcpy(bytes, data, length);
  }
  if (!all) {
    done(PMIX_SUCCESS, bytes, length, context, free, bytes);
    return PMIX_SUCCESS;
  }
  struct fence *one = calloc(1, sizeof(*one));
  if (one == NULL) {
    free(bytes);
    return PMIX_ERR_NOMEM;
  }
  *one = (struct fence){.done = done, .context = context, .bytes = bytes, .length = length};
  pthread_mutex_lock(&fencing);
  struct fence **last = &fences;
  while (*last != NULL) {
    last = &(*last)->next;
  }
  *last = one;
  if (fences == one) {
    send_fence(one);
  }
  pthread_mutex_unlock(&fencing);
  return PMIX_SUCCESS;
}

static void fence_over(const uint8_t *bytes, size_t length) {
  pthread_mutex_lock(&fencing);
  struct fence *over = fences;
  fences = over == NULL ? NULL : over->next;
  if (fences != NULL) {
    send_fence(fences);
  }
  pthread_mutex_unlock(&fencing);
  char *copy = malloc(length + 1);
  if (over != NULL && copy != NULL) {
    memcpy(copy, bytes, length);
    over->done(PMIX_SUCCESS, length == 0 ? NULL : copy, length, over->context, free, copy);
    free(over->bytes);
    free(over);
  }
}

/* Who asks for what nobody has brought to a fence. */
static pmix_status_t not_found(const pmix_proc_t *proc, const pmix_info_t info[], size_t count,
                               pmix_modex_cbfunc_t done, void *context) {
  (void)proc;
  (void)info;
  (void)count;
  (void)done;
  (void)context;
  return PMIX_ERR_NOT_FOUND;
}

static pmix_status_t take_events(pmix_status_t *codes, size_t count, const pmix_info_t info[],
                                 size_t info_count, pmix_op_cbfunc_t done, void *context) {
  (void)codes;
  (void)count;
  (void)info;
  (void)info_count;
  (void)done;
  (void)context;
  return PMIX_OPERATION_SUCCEEDED;
}

static pmix_status_t leave_events(pmix_status_t *codes, size_t count, pmix_op_cbfunc_t done,
                                  void *context) {
  (void)codes;
  (void)count;
  (void)done;
  (void)context;
  return PMIX_OPERATION_SUCCEEDED;
}

static pmix_server_module_t module = {
    .client_connected = connected,
    .client_finalized = finalized,
    .abort = aborted,
    .fence_nb = fence,
    .direct_modex = not_found,
    .register_events = take_events,
    .deregister_events = leave_events,
};

/* ---- what it is told ---- */

static void expect(pmix_status_t status, const char *what) {
  if (status != PMIX_SUCCESS && status != PMIX_OPERATION_SUCCEEDED) {
    give_up("can't %s: %s", what, PMIx_Error_string(status));
  }
}

static void text_info(pmix_info_t *info, const char *key, const char *text) {
  PMIX_INFO_LOAD(info, key, text, PMIX_STRING);
}

static void number_info(pmix_info_t *info, const char *key, uint32_t number) {
  PMIX_INFO_LOAD(info, key, &number, PMIX_UINT32);
}

static void short_info(pmix_info_t *info, const char *key, uint32_t number) {
  uint16_t value = (uint16_t)number;
  PMIX_INFO_LOAD(info, key, &value, PMIX_UINT16);
}

static void rank_info(pmix_info_t *info, const char *key, uint32_t number) {
  pmix_rank_t rank = number;
  PMIX_INFO_LOAD(info, key, &rank, PMIX_PROC_RANK);
}

enum { OF_TASK = 9, OF_WORLD = 14 };

static void task_info(pmix_info_t *info, uint32_t rank) {
  const struct place *task = &world.tasks[rank];
  pmix_data_array_t *facts = NULL;
  pmix_info_t *one = NULL;
  PMIX_DATA_ARRAY_CREATE(facts, OF_TASK, PMIX_INFO);
  one = facts->array;
  rank_info(&one[0], PMIX_RANK, rank);
  number_info(&one[1], PMIX_APPNUM, 0);
  rank_info(&one[2], PMIX_GLOBAL_RANK, rank);
  rank_info(&one[3], PMIX_APP_RANK, rank);
  short_info(&one[4], PMIX_LOCAL_RANK, task->local);
  short_info(&one[5], PMIX_NODE_RANK, task->local);
  number_info(&one[6], PMIX_NODEID, task->node);
  text_info(&one[7], PMIX_HOSTNAME, world.nodes[task->node].name);
  rank_info(&one[8], PMIX_APPLDR, 0);
  memset(info, 0, sizeof(*info));
  PMIX_LOAD_KEY(info->key, PMIX_PROC_DATA);
  info->value.type = PMIX_DATA_ARRAY;
  info->value.data.darray = facts;
}

static void register_world(void) {
  const struct node *here = &world.nodes[world.node];
  char *names = world_names(&world);
  char *ranks = world_ranks(&world);
  char *peers = node_ranks(&world, world.node);
  char *node_map = NULL;
  char *task_map = NULL;
  pmix_info_t *info = NULL;
  expect(PMIx_generate_regex(names, &node_map), "name the nodes");
  expect(PMIx_generate_ppn(ranks, &task_map), "name the tasks");
  PMIX_INFO_CREATE(info, OF_WORLD + world.size);
  number_info(&info[0], PMIX_UNIV_SIZE, world.size);
  number_info(&info[1], PMIX_JOB_SIZE, world.size);
  number_info(&info[2], PMIX_MAX_PROCS, world.size);
  number_info(&info[3], PMIX_APP_SIZE, world.size);
  number_info(&info[4], PMIX_JOB_NUM_APPS, 1);
  number_info(&info[5], PMIX_NUM_NODES, world.node_count);
  number_info(&info[6], PMIX_LOCAL_SIZE, here->tasks);
  number_info(&info[7], PMIX_NODE_SIZE, here->tasks);
  rank_info(&info[8], PMIX_LOCALLDR, here->first);
  text_info(&info[9], PMIX_LOCAL_PEERS, peers);
  text_info(&info[10], PMIX_JOBID, world.name);
  text_info(&info[11], PMIX_NODE_MAP, node_map);
  text_info(&info[12], PMIX_PROC_MAP, task_map);
  number_info(&info[13], PMIX_NODEID, world.node);
  for (uint32_t rank = 0; rank < world.size; rank++) {
    task_info(&info[OF_WORLD + rank], rank);
  }
  expect(PMIx_server_register_nspace(world.name, (int)here->tasks, info, OF_WORLD + world.size, NULL,
                                     NULL),
         "register the step");
  PMIX_INFO_FREE(info, OF_WORLD + world.size);
  free(names);
  free(ranks);
  free(peers);
  free(node_map);
  free(task_map);
}

static void say_variables(uint32_t rank) {
  pmix_proc_t proc;
  char **variables = NULL;
  uint8_t head[4];
  PMIX_LOAD_PROCID(&proc, world.name, rank);
  expect(PMIx_server_register_client(&proc, getuid(), getgid(), NULL, NULL, NULL),
         "register a task");
  expect(PMIx_server_setup_fork(&proc, &variables), "prepare a task");
  size_t length = 0;
  for (char **one = variables; one != NULL && *one != NULL; one++) {
    length += strlen(*one) + 1;
  }
  char *entries = calloc(1, length + 1);
  char *at = entries;
  for (char **one = variables; one != NULL && *one != NULL && entries != NULL; one++) {
    at = stpcpy(at, *one) + 1;
  }
  put32(head, rank);
  say('E', head, sizeof(head), entries, entries == NULL ? 0 : length);
  free(entries);
}

static void start(void) {
  pmix_info_t *info = NULL;
  bool no = false;
  PMIX_INFO_CREATE(info, 2);
  PMIX_INFO_LOAD(&info[0], PMIX_SERVER_TOOL_SUPPORT, &no, PMIX_BOOL);
  text_info(&info[1], PMIX_HOSTNAME, world.nodes[world.node].name);
  expect(PMIx_server_init(&module, info, 2), "start the server");
  PMIX_INFO_FREE(info, 2);
  register_world();
  for (uint32_t rank = 0; rank < world.size; rank++) {
    if (world.tasks[rank].node == world.node) {
      say_variables(rank);
    }
  }
  say('L', "", 0, "", 0);
}

int main(int count, char **arguments) {
  char type = 0;
  size_t length = 0;
  if (count > 1 && strcmp(arguments[1], "--version") == 0) {
    printf("pmix_v%ld %s\n", (long)PMIX_VERSION_MAJOR, PMIx_Get_version());
    return 0;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, SIG_IGN); /* what ends the tasks is not for it */
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  uint8_t *payload = hear(&type, &length);
  if (payload == NULL) {
    return 1;
  }
  if (type != 'W' || !world_parse(&world, (char *)payload)) {
    give_up("what the supervisor says is no world of tasks");
  }
  start(); /* the world goes on using what was heard */
  while ((payload = hear(&type, &length)) != NULL) {
    if (type == 'R') {
      fence_over(payload, length);
    }
    free(payload);
  }
  PMIx_server_finalize();
  return 0;
}

#endif
