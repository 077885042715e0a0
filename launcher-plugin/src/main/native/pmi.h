/*
 * The process management interface: how the tasks of a parallel program find each other. Each task
 * has a socket to its supervisor, named by PMI_FD, on which it speaks PMI-1 or PMI-2. A task puts
 * pairs of key and value, waits in a fence until all tasks of the step are there, and reads what the
 * others have put. What goes to other nodes goes by the agent. See docs/adr/0013.
 */
#ifndef HEADRACE_PMI_H
#define HEADRACE_PMI_H

#include "stepd.h"

#define PMI_MAX_KEY 64u     /* what tasks are told; the zero at the end counts */
#define PMI_MAX_VALUE 1024u /* likewise */
#define PMI_MAX_NAME 256u
#define PMI_MAX_REQUEST (64u << 10)
#define PMI_MAX_FIELDS 64
#define PMI_MAX_STORE_BYTES (64u << 20) /* pairs that a step may have on a node, with what they take */
#define PMI_MAX_SHARE_BYTES (4u << 20)  /* pairs that a node may bring to one fence */
#define PMI_MAX_RESULT_BYTES (16u << 20) /* pairs of all nodes of one fence */
#define PMI_PATIENCE_MS 2000 /* beyond the time that tasks have to heed a signal */

struct pmi_pair {
  struct pmi_pair *next;
  char *value;
  char key[];
};

struct pmi_store {
  struct pmi_pair **buckets;
  size_t bucket_count;
  size_t count;
  size_t bytes;
};

/* What a node brings to a fence. */
struct pmi_share {
  uint32_t round; /* 0: none */
  struct buffer pairs;
};

struct pmi {
  struct pmi_store pairs;
  struct pmi_store attributes; /* of the node */
  struct buffer fresh;         /* pairs put since the last fence */
  uint32_t round;              /* fences that are over */
  /* Of the last fence and of the one that is waited for: others may still wait for the last when a
   * controller that was lost has to be told again. */
  struct pmi_share shares[2];
  bool failed;
  char failure[512];
  char suspicion[512]; /* what will be the failure if tasks outlive the signal to end, or empty */
};

struct pmi_session {
  int fd;       /* ours, or -1 */
  int child_fd; /* the task's, until it is forked */
  int version;  /* of the protocol, 1 or 2 */
  bool active;  /* has said init, and not finalize */
  bool known;   /* of PMIx: has said init once */
  bool in_fence;
  bool aborted;
  int abort_code;
  char *awaited; /* attribute of the node that it waits for, or NULL */
  char fence_thread[16]; /* of PMI-2: what the answer has to name */
  char awaited_thread[16];
  struct buffer in;
  struct buffer out;
};

/* A request, cut into its fields. */
struct pmi_request {
  const char *command;
  int count;
  struct {
    const char *name;
    const char *value;
  } fields[PMI_MAX_FIELDS];
};

/* pmi_store.c */
/* False: there is no room for it. A key that is there already gets the new value. */
bool store_put(struct pmi_store *store, const char *key, const char *value);
const char *store_get(const struct pmi_store *store, const char *key);
/* Pairs as they go from node to node: length of the key and of the value in two bytes each, both. */
bool pairs_add(struct buffer *pairs, const char *key, const char *value);
/* False: that is not what pairs look like, or there is no room. */
bool pairs_merge(struct pmi_store *store, const char *bytes, size_t length);

/* pmi.c: the supervisor's side */
void pmi_prepare(struct step *step);
bool pmi_open_task(struct step *step, struct task *task);
void pmi_forked(struct task *task);
/* In the child: adds variables; how many there are at most. */
size_t pmi_variable_count(const struct step *step, const struct task *task);
size_t pmi_variables(const struct step *step, const struct task *task, char **env);
/* In the child, right before the program is executed. */
void pmi_hand_over(const struct task *task);
/* The socket to listen to, or -1. */
int pmi_fd(const struct step *step, const struct task *task);
short pmi_events(const struct task *task);
/* True if there was something to read. */
bool pmi_serve(struct step *step, struct task *task);
/* A task has ended; returns the status by which it counts. */
int pmi_task_ended(struct step *step, struct task *task, int wait_status);
bool pmi_failed(const struct step *step);
/* All nodes have come to the fence: these are their pairs. */
void pmi_fenced(struct step *step, uint32_t round, const char *bytes, size_t length);
void pmi_fail(struct step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As above; but tasks that are told to end may take leave of each other in any order for a while.
 * Those that handle the signal and go on depend on each other as before. */
void pmi_fail_unless_ending(struct step *step, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* When a suspicion becomes a failure, or 0. */
int64_t pmi_patience_ends(const struct step *step);
void pmi_confirm_suspicion(struct step *step);

/* pmi.c: for the protocols */
uint32_t pmi_rank(const struct step *step, const struct task *task);
const char *pmi_field(const struct pmi_request *request, const char *name);
/* NULL, or why it can't be put. */
const char *pmi_put(struct step *step, const char *key, const char *value);
void pmi_enter_fence(struct step *step, struct task *task);
/* What the tasks here bring to a fence, all of whom are there. */
void pmi_bring(struct step *step, const char *bytes, size_t length);
void pmi_abort(struct step *step, struct task *task, const char *code, const char *message);

/* pmix.c */
/* Starts the server, if there is to be one. False: it doesn't start, and the step's reason says why. */
bool pmix_start(struct step *step);
/* The tasks have ended. */
void pmix_end(struct step *step);
int pmix_fd(const struct step *step);
short pmix_events(const struct step *step);
void pmix_serve(struct step *step);
void pmix_fenced(struct step *step, const char *bytes, size_t length);
void pmix_check_absent(struct step *step);
/* NULL: there are none. */
const struct strings *pmix_variables(const struct step *step, const struct task *task);

/* pmi1.c and pmi2.c */
/* How many bytes the first request has, 0: it isn't whole yet, -1: that is none. */
long pmi1_whole(const char *bytes, size_t length);
long pmi2_whole(const char *bytes, size_t length);
/* Answers a request, whose bytes it may change. False: that is none. */
bool pmi1_take(struct step *step, struct task *task, char *text);
bool pmi2_take(struct step *step, struct task *task, char *text);
void pmi1_fence_over(struct task *task);
void pmi2_fence_over(struct task *task);
/* An attribute of the node has come that the task waits for. */
void pmi2_attribute(struct task *task, const char *value);

#endif
