/*
 * PMI-2: the length of a request in six characters, then fields name=value; of which the first is
 * the command. A semicolon in a value is said twice.
 */
#define _GNU_SOURCE
#include "pmi.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 6

long pmi2_whole(const char *bytes, size_t length) {
  char number[LENGTH_BYTES + 1] = "";
  if (length < LENGTH_BYTES) {
    return 0;
  }
  memcpy(number, bytes, LENGTH_BYTES);
  const char *digits = number + strspn(number, " ");
  size_t count = strspn(digits, "0123456789");
  if (count == 0 || digits[count + strspn(digits + count, " ")] != 0) {
    return -1;
  }
  long body = atol(digits);
  if (body < 1 || body > (long)PMI_MAX_REQUEST - LENGTH_BYTES) {
    return -1;
  }
  return length - LENGTH_BYTES < (size_t)body ? 0 : body + LENGTH_BYTES;
}

/* Ends the value at its semicolon, makes one of each two in it, and returns what comes after. */
static char *cut_value(char *value) {
  char *to = value;
  char *from = value;
  while (*from != 0 && (from[0] != ';' || from[1] == ';')) {
    from += *from == ';' ? 1 : 0;
    *to++ = *from++;
  }
  char *next = from + (*from == ';' ? 1 : 0);
  *to = 0;
  return next;
}

static bool parse(char *at, struct pmi_request *request) {
  memset(request, 0, sizeof(*request));
  while (*at != 0) {
    char *equals = strchr(at, '=');
    if (equals == NULL || memchr(at, ';', (size_t)(equals - at)) != NULL) {
      return false;
    }
    *equals = 0;
    char *next = cut_value(equals + 1);
    if (request->command == NULL) {
      if (strcmp(at, "cmd") != 0) {
        return false;
      }
      request->command = equals + 1;
    } else if (request->count < PMI_MAX_FIELDS) {
      request->fields[request->count].name = at;
      request->fields[request->count++].value = equals + 1;
    } else {
      return false;
    }
    at = next;
  }
  return request->command != NULL;
}

/* Answers name the thread of the task that asked, if it said so. */
static void answer(struct task *task, const char *command, const char *thread, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));
static void answer(struct task *task, const char *command, const char *thread, const char *format,
                   ...) {
  va_list arguments;
  char *fields = NULL;
  va_start(arguments, format);
  int written = vasprintf(&fields, format, arguments);
  va_end(arguments);
  if (written < 0) {
    return;
  }
  bool named = thread != NULL && thread[0] != 0;
  char *body = format_string("cmd=%s-response;%s%s%s%s", command, named ? "thrid=" : "",
                             named ? thread : "", named ? ";" : "", fields);
  char *message = format_string("%-6zu%s", strlen(body), body);
  buffer_append(&task->pmi->out, message, strlen(message));
  free(message);
  free(body);
  free(fields);
}

static void keep_thread(char *to, size_t size, const struct pmi_request *request) {
  const char *thread = pmi_field(request, "thrid");
  snprintf(to, size, "%s", thread == NULL ? "" : thread);
}

static void answer_value(struct task *task, const char *command, const char *thread,
                         const char *value) {
  char escaped[2 * PMI_MAX_VALUE];
  size_t length = 0;
  if (value == NULL) {
    answer(task, command, thread, "rc=0;found=FALSE;");
    return;
  }
  for (; *value != 0 && length + 2 < sizeof(escaped); value++) {
    escaped[length++] = *value;
    if (*value == ';') {
      escaped[length++] = ';';
    }
  }
  escaped[length] = 0;
  answer(task, command, thread, "rc=0;found=TRUE;value=%s;", escaped);
}

static void answer_put(struct task *task, const char *command, const char *thread,
                       const char *problem) {
  if (problem == NULL) {
    answer(task, command, thread, "rc=0;");
  } else {
    answer(task, command, thread, "rc=1;errmsg=%s;", problem);
  }
}

void pmi2_fence_over(struct task *task) {
  answer(task, "kvs-fence", task->pmi->fence_thread, "rc=0;");
}

void pmi2_attribute(struct task *task, const char *value) {
  answer_value(task, "info-getnodeattr", task->pmi->awaited_thread, value);
  free(task->pmi->awaited);
  task->pmi->awaited = NULL;
}

static const char *put_attribute(struct step *step, const char *key, const char *value) {
  if (key == NULL || value == NULL) {
    return "no_key_or_value";
  }
  if (key[0] == 0 || strlen(key) >= PMI_MAX_KEY || strlen(value) >= PMI_MAX_VALUE) {
    return "key_or_value_too_long";
  }
  if (!store_put(&step->pmi->attributes, key, value)) {
    return "too_much";
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *other = &step->order.tasks[i];
    if (other->pmi->awaited != NULL && strcmp(other->pmi->awaited, key) == 0) {
      pmi2_attribute(other, value);
    }
  }
  return NULL;
}

static void get_attribute(struct step *step, struct task *task, const struct pmi_request *request,
                          const char *thread) {
  const char *key = pmi_field(request, "key");
  const char *wait = pmi_field(request, "wait");
  const char *value = key == NULL ? NULL : store_get(&step->pmi->attributes, key);
  bool waits = value == NULL && key != NULL && wait != NULL && strcmp(wait, "TRUE") == 0;
  if (waits && task->pmi->awaited == NULL) {
    task->pmi->awaited = format_string("%s", key);
    keep_thread(task->pmi->awaited_thread, sizeof(task->pmi->awaited_thread), request);
  } else {
    answer_value(task, "info-getnodeattr", thread, value);
  }
}

static void get_job_attribute(struct step *step, struct task *task, const char *key,
                              const char *thread) {
  char size[16];
  const char *value = NULL;
  snprintf(size, sizeof(size), "%u", step->order.world.size);
  if (key != NULL && strcmp(key, "universeSize") == 0) {
    value = size;
  } else if (key != NULL && strcmp(key, "PMI_process_mapping") == 0) {
    value = store_get(&step->pmi->pairs, key);
  } else if (key != NULL && strcmp(key, "hasNameServ") == 0) {
    value = "FALSE";
  }
  answer_value(task, "info-getjobattr", thread, value);
}

/* About the step and the node, and the beginning and the end. */
static bool take_about(struct step *step, struct task *task, const struct pmi_request *request,
                       const char *thread) {
  const char *command = request->command;
  const char *key = pmi_field(request, "key");
  if (strcmp(command, "fullinit") == 0) {
    answer(task, command, thread,
           "rc=0;pmi-version=2;pmi-subversion=0;rank=%u;size=%u;appnum=-1;debugged=FALSE;"
           "pmiverbose=FALSE;",
           pmi_rank(step, task), step->order.world.size);
  } else if (strcmp(command, "job-getid") == 0) {
    answer(task, command, thread, "rc=0;jobid=%s;", step->order.world.name);
  } else if (strcmp(command, "info-getjobattr") == 0) {
    get_job_attribute(step, task, key, thread);
  } else if (strcmp(command, "info-putnodeattr") == 0) {
    answer_put(task, command, thread, put_attribute(step, key, pmi_field(request, "value")));
  } else if (strcmp(command, "info-getnodeattr") == 0) {
    get_attribute(step, task, request, thread);
  } else if (strcmp(command, "finalize") == 0) {
    answer(task, command, thread, "rc=0;");
    task->pmi->active = false;
    task->pmi->version = 1; /* another program of the same task begins anew */
  } else {
    return false;
  }
  return true;
}

/* What there is not: names that other steps could look up, other steps, and more tasks. */
static bool unserved(const char *command) {
  static const char *const commands[] = {"name-publish", "name-unpublish", "name-lookup",
                                         "job-connect",  "job-disconnect", "spawn"};
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    if (strcmp(command, commands[i]) == 0) {
      return true;
    }
  }
  return false;
}

bool pmi2_take(struct step *step, struct task *task, char *text) {
  struct pmi_request request;
  if (!parse(text + LENGTH_BYTES, &request)) {
    return false;
  }
  const char *command = request.command;
  const char *thread = pmi_field(&request, "thrid");
  const char *key = pmi_field(&request, "key");
  if (take_about(step, task, &request, thread)) {
    return true;
  }
  if (strcmp(command, "kvs-put") == 0) {
    answer_put(task, command, thread, pmi_put(step, key, pmi_field(&request, "value")));
  } else if (strcmp(command, "kvs-get") == 0) {
    answer_value(task, command, thread, key == NULL ? NULL : store_get(&step->pmi->pairs, key));
  } else if (strcmp(command, "kvs-fence") == 0) {
    if (!task->pmi->in_fence) {
      keep_thread(task->pmi->fence_thread, sizeof(task->pmi->fence_thread), &request);
    }
    pmi_enter_fence(step, task);
  } else if (strcmp(command, "abort") == 0) {
    const char *message = pmi_field(&request, "msg");
    pmi_abort(step, task, pmi_field(&request, "exitcode"), message);
  } else if (unserved(command)) {
    answer(task, command, thread, "rc=1;errmsg=not supported;");
  } else {
    return false;
  }
  return true;
}
