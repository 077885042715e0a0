/* PMI-1: a request is a line of words name=value, the first of which is the command. */
#define _GNU_SOURCE
#include "pmi.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char several_lines[] = "mcmd=";
static const char last_line[] = "endcmd\n";

long pmi1_whole(const char *bytes, size_t length) {
  bool several = length >= 5 && memcmp(bytes, several_lines, 5) == 0;
  const char *end = several ? memmem(bytes, length, last_line, sizeof(last_line) - 1)
                            : memchr(bytes, '\n', length);
  if (end == NULL) {
    return 0;
  }
  return end - bytes + (several ? (long)sizeof(last_line) - 1 : 1);
}

static bool parse(char *text, struct pmi_request *request) {
  char *rest = NULL;
  memset(request, 0, sizeof(*request));
  for (char *word = strtok_r(text, " \n", &rest); word != NULL;
       word = strtok_r(NULL, " \n", &rest)) {
    char *equals = strchr(word, '=');
    if (equals == NULL) {
      continue; /* endcmd, and what others pass over too */
    }
    *equals = 0;
    if (request->command == NULL) {
      if (strcmp(word, "cmd") != 0 && strcmp(word, "mcmd") != 0) {
        return false;
      }
      request->command = equals + 1;
    } else if (request->count < PMI_MAX_FIELDS) {
      request->fields[request->count].name = word;
      request->fields[request->count++].value = equals + 1;
    } else {
      return false;
    }
  }
  return request->command != NULL;
}

static void answer(struct task *task, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void answer(struct task *task, const char *format, ...) {
  char line[PMI_MAX_VALUE + PMI_MAX_NAME];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  if (length > 0 && (size_t)length < sizeof(line)) {
    buffer_append(&task->pmi->out, line, (size_t)length);
  }
}

static void take_init(struct task *task, const struct pmi_request *request) {
  const char *version = pmi_field(request, "pmi_version");
  int wanted = version == NULL ? 0 : atoi(version);
  if (wanted != 1 && wanted != 2) {
    answer(task, "cmd=response_to_init rc=-1 pmi_version=2 pmi_subversion=0\n");
    return;
  }
  answer(task, "cmd=response_to_init rc=0 pmi_version=%d pmi_subversion=%d\n", wanted, 2 - wanted);
  task->pmi->version = wanted;
  task->pmi->active = true;
}

static void take_put(struct step *step, struct task *task, const struct pmi_request *request) {
  const char *problem = pmi_put(step, pmi_field(request, "key"), pmi_field(request, "value"));
  if (problem == NULL) {
    answer(task, "cmd=put_result rc=0\n");
  } else {
    answer(task, "cmd=put_result rc=-1 msg=%s\n", problem);
  }
}

static void take_get(struct step *step, struct task *task, const struct pmi_request *request) {
  const char *key = pmi_field(request, "key");
  const char *value = key == NULL ? NULL : store_get(&step->pmi->pairs, key);
  if (value == NULL) {
    answer(task, "cmd=get_result rc=1\n");
  } else {
    answer(task, "cmd=get_result rc=0 value=%s\n", value);
  }
}

void pmi1_fence_over(struct task *task) { answer(task, "cmd=barrier_out rc=0\n"); }

/* Commands that only ask. */
static bool take_question(struct step *step, struct task *task, const char *command) {
  if (strcmp(command, "get_maxes") == 0) {
    answer(task, "cmd=maxes rc=0 kvsname_max=%u keylen_max=%u vallen_max=%u\n", PMI_MAX_NAME,
           PMI_MAX_KEY, PMI_MAX_VALUE);
  } else if (strcmp(command, "get_appnum") == 0) {
    answer(task, "cmd=appnum rc=0 appnum=-1\n");
  } else if (strcmp(command, "get_universe_size") == 0) {
    answer(task, "cmd=universe_size rc=0 size=%u\n", step->order.world.size);
  } else if (strcmp(command, "get_my_kvsname") == 0) {
    answer(task, "cmd=my_kvsname rc=0 kvsname=%s\n", step->order.world.name);
  } else {
    return false;
  }
  return true;
}

/* What there is not: names that other steps could look up, and more tasks than the step has. */
static bool take_unserved(struct task *task, const char *command) {
  static const char *const answers[][2] = {
      {"publish_name", "cmd=publish_result info=fail\n"},
      {"unpublish_name", "cmd=unpublish_result info=fail\n"},
      {"lookup_name", "cmd=lookup_result info=fail\n"},
      {"getbyidx", "cmd=getbyidx_results rc=-1 reason=not_supported\n"},
      {"spawn", "cmd=spawn_result rc=-1\n"},
  };
  for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
    if (strcmp(command, answers[i][0]) == 0) {
      answer(task, "%s", answers[i][1]);
      return true;
    }
  }
  return false;
}

bool pmi1_take(struct step *step, struct task *task, char *text) {
  struct pmi_request request;
  if (!parse(text, &request)) {
    return false;
  }
  const char *command = request.command;
  if (strcmp(command, "init") == 0) {
    take_init(task, &request);
  } else if (strcmp(command, "put") == 0) {
    take_put(step, task, &request);
  } else if (strcmp(command, "get") == 0) {
    take_get(step, task, &request);
  } else if (strcmp(command, "barrier_in") == 0) {
    pmi_enter_fence(step, task);
  } else if (strcmp(command, "finalize") == 0) {
    task->pmi->active = false;
    answer(task, "cmd=finalize_ack rc=0\n");
  } else if (strcmp(command, "abort") == 0) {
    pmi_abort(step, task, pmi_field(&request, "exitcode"), NULL);
  } else {
    return take_question(step, task, command) || take_unserved(task, command);
  }
  return true;
}
