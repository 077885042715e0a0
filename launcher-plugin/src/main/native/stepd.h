/*
 * headrace-stepd: the supervisor of one step on one node.
 *
 * What runs as root here is on purpose small: it reads an order, becomes the user before it touches
 * anything that the user named, starts the tasks, and waits. See README.md of the module.
 */
#ifndef HEADRACE_STEPD_H
#define HEADRACE_STEPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define STEPD_VERSION "1"
#define ORDINARY_PATH "/usr/local/bin:/usr/bin:/bin" /* where a user has no other */

/* Bounds on what an order may hold. The Java side checks the same and says so earlier. */
#define MAX_ORDER_BYTES (96u << 20)
#define MAX_TASKS 4096u
#define MAX_STRINGS 65536u
#define MAX_STRING_BYTES 131071u /* the kernel's limit for one argument or variable */
#define MAX_GROUPS 65536u
#define MAX_CPU_WORDS 128u /* 8192 CPUs */
#define MAX_LIMITS 16u
#define MAX_DENIED_DEVICES 512u
#define MAX_MAPPING_BYTES 1000u /* what a value of PMI may have */
#define MAX_PLACEMENT_BYTES (16u << 20)
#define MAX_MEMORY_WORDS 16u    /* 1024 nodes of memory */
#define MAX_SHOWN_BYTES 15u

#define STREAM_BUFFER_BYTES (1u << 20) /* output kept per stream while nobody reads it */
#define STDIN_BUFFER_BYTES (1u << 20)
#define CONNECTION_BUFFER_BYTES (256u << 10)
#define CHUNK_BYTES (32u << 10)
#define LINGER_MS (10 * 60 * 1000) /* how long unread output waits for an agent after the end */

enum io_kind { IO_NULL = 0, IO_STREAM = 1, IO_FILE = 2, IO_SAME = 3 };

struct io_target {
  enum io_kind kind;
  char *path;
};

struct cpu_set_words {
  uint32_t count;
  uint64_t words[MAX_CPU_WORDS];
};

struct strings {
  char **items; /* NULL-terminated */
  uint32_t count;
  uint32_t capacity;
};

struct resource_limit {
  int resource;
  uint64_t soft; /* UINT64_MAX: unlimited */
};

struct buffer {
  char *data;
  size_t start;
  size_t length;
  size_t capacity;
};

struct stream {
  int fd; /* -1: none, or closed */
  bool drained;
  struct buffer buffer;
};

struct pmi;
struct pmi_session;
struct pmix;

enum memory_mode { MEMORY_DEFAULT = 0, MEMORY_LOCAL = 1, MEMORY_BIND = 2, MEMORY_PREFER = 3 };

/* From which nodes of memory a task gets its pages. */
struct memory_policy {
  enum memory_mode mode;
  char shown[MAX_SHOWN_BYTES + 1]; /* the word for it, if the task is to say so */
  uint32_t count;
  uint64_t words[MAX_MEMORY_WORDS];
};

struct task {
  uint32_t global_rank;
  uint32_t local_rank;
  struct strings env;
  struct strings argv;
  struct cpu_set_words cpus;
  struct memory_policy memory;
  struct io_target io[3];
  /* run time */
  pid_t pid;
  bool ready;
  bool exited;
  bool exit_reported;
  int wait_status;
  struct stream out[2];
  int stdin_fd;
  bool stdin_eof;
  struct buffer stdin_buffer;
  struct pmi_session *pmi; /* NULL: it has none */
};

/* What the tasks of a parallel program are told; see pmi.h. */
struct world {
  uint32_t size;  /* tasks of the step, on all nodes; 0: they are told nothing */
  uint32_t first; /* number of the one whose global rank is 0 */
  uint32_t nodes;
  uint32_t patience_ms; /* time that tasks have after a signal to end */
  char *name;
  char *mapping; /* which tasks share a node, or empty */
  char *placement; /* of tasks that speak PMIx: this node's number, a line break, all nodes */
};

struct order {
  uint64_t job_id;
  uint32_t step_id;
  uint32_t attempt;
  char *node_name;
  uid_t uid;
  gid_t gid;
  gid_t *groups;
  uint32_t group_count;
  char *cwd;
  mode_t umask;
  struct resource_limit limits[MAX_LIMITS];
  uint32_t limit_count;
  struct strings env;
  struct strings argv;
  char *script;
  size_t script_bytes;
  uint64_t memory_mib;
  struct cpu_set_words cpus;
  bool append;
  bool pty;
  bool constrain_cores;
  bool constrain_memory;
  bool constrain_devices;
  struct strings denied_devices; /* device files */
  uint32_t kill_wait_ms;
  uint16_t pty_rows;
  uint16_t pty_columns;
  char *pid_variable;
  struct strings task_prologs;
  struct strings task_epilogs;
  char *cgroup_root;
  char *cgroup_path;
  struct world world;
  struct task *tasks;
  uint32_t task_count;
};

enum outcome { OUTCOME_COMPLETED, OUTCOME_FAILED_TO_START, OUTCOME_LOST };

#define MAX_CGROUPS 3
#define MAX_NOTES 16

struct cgroup {
  char *path;
  int procs_fd;
  bool v2;
  bool memory;
};

struct device {
  bool block;
  unsigned major;
  unsigned minor;
};

struct step {
  struct order order;
  char *dir; /* spool directory of the step */
  int dir_fd;
  int listen_fd;
  pid_t supervisor;
  char *script_path;
  struct cgroup cgroups[MAX_CGROUPS];
  int cgroup_count;
  struct device *denied; /* devices, or NULL */
  uint32_t denied_count;
  char *notes[MAX_NOTES];
  int note_count;
  enum outcome outcome;
  char reason[1024];
  uint64_t user_us;
  uint64_t system_us;
  uint64_t max_rss_kib;
  bool oom_killed;
  int64_t start_ms;
  int64_t end_ms;
  uint64_t input_bytes; /* taken from agents so far */
  int go_fd;     /* write one byte per task: exec now */
  int report_fd; /* tasks report readiness or failure before exec */
  int report_in; /* where the supervisor hears it */
  struct pmi *pmi; /* NULL: the tasks are no parallel program */
  struct pmix *pmix; /* NULL: they don't speak PMIx */
  int64_t patience_until; /* somebody ends it from outside, or 0; see pmi_fail_unless_ending */
};

/* order.c */
bool order_parse(const uint8_t *bytes, size_t length, struct order *order, char *error,
                 size_t error_size);

/* hooks.c */
char **run_task_prologs(const struct order *order, char **env);
char **stay_for_task_epilogs(const struct order *order, char **env);

/* login.c */
char **with_login_variables(const struct order *order, char **env);

/* text.c */
void log_line(const struct step *step, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void set_reason(struct step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
void add_note(struct step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *format_string(const char *format, ...) __attribute__((format(printf, 1, 2)));
void title_init(int argc, char **argv);
void title_set(const char *text);
int64_t now_ms(void);
int64_t monotonic_ms(void);
void *checked_alloc(size_t bytes);
bool write_file(const char *path, const char *text);
bool write_fully(int fd, const void *data, size_t length);
void put32(uint8_t *at, uint32_t value);
uint32_t get32(const uint8_t *at);
bool buffer_append(struct buffer *buffer, const void *data, size_t length);
void buffer_consume(struct buffer *buffer, size_t length);

/* spool.c */
bool spool_lock(struct step *step, const char *dir, char *error, size_t error_size);
bool spool_listen(struct step *step, char *error, size_t error_size);
bool spool_has(const struct step *step, const char *name);
bool spool_write_pids(const struct step *step);
bool spool_write_result(const struct step *step);
char *result_text(const struct step *step, size_t *length);
bool spool_store_script(struct step *step);
void spool_remove_script(struct step *step);
void spool_kill_recorded(struct step *step);

/* cgroup.c */
void cgroup_setup(struct step *step);
bool cgroup_join(const struct step *step);
bool cgroup_kill(const struct step *step);
void cgroup_finish(struct step *step);
void cgroup_kill_leftovers(const struct step *step);

/* devices.c */
/* Finds out what the files are that the step is to be held away from. */
void devices_find(struct step *step);
/* Holds a cgroup away from them. */
bool devices_deny_v1(const struct step *step, const char *path);
bool devices_deny_v2(const struct step *step, const char *path);

/* process.c */
uint64_t process_start_time(pid_t pid);
int signal_descendants(pid_t ancestor, int signo);
void kill_orphan_group(pid_t group, uid_t user);
void kill_tree(const struct step *step);
bool signal_process(pid_t pid, uint64_t start_time, int signo);

/* task.c */
bool task_fork(struct step *step, struct task *task, int go_read_fd);
void task_read_output(struct task *task, int which);
void task_write_input(struct task *task);
void task_resize(struct step *step, uint16_t rows, uint16_t columns);
/* Puts a text among the errors of the step's first task here. */
void task_tell(struct step *step, const char *text, size_t length);

/* memory.c */
/* Binds the calling task. Returns what it is to say of that, or NULL; to be freed. */
char *memory_bind(const struct step *step, const struct task *task);

/* identity.c */
bool become_user(const struct order *order, char *error, size_t error_size);

/* child.c */
struct child_io {
  int fds[3]; /* pipe ends of the child, or -1 */
  int pty_slave;
};
void reset_signals(void); /* to what a program expects that was just started */
const char *variable(char *const *env, const char *name); /* NULL: there is none */
void child_run(struct step *step, struct task *task, const struct child_io *io, int go_fd)
    __attribute__((noreturn));

/* control.c */
struct control {
  int fd; /* -1: no agent attached */
  struct buffer in;
  struct buffer out;
  bool greeted;
  bool ended_sent;
  uint32_t unacknowledged; /* input bytes taken and not yet handed to tasks */
  uint32_t shares_sent;    /* shares of fences up to this one */
  uint32_t passed_sent;    /* fences that it was told are over */
  bool failure_sent;
  struct buffer fenced; /* pairs of the fence that is over, as far as they have come */
};
enum { SIGNAL_ALL = 0, SIGNAL_TASKS = 1, SIGNAL_SHELL = 2 };
void control_accept(struct control *control, const struct step *step);
void control_close(struct control *control);
/* False: the agent is gone. *kill_requested: the whole tree is to be killed. */
bool control_read(struct control *control, struct step *step, bool *kill_requested);
bool control_flush(struct control *control);
/* Moves output, exits and acknowledgements into the connection as far as there is room. */
void control_report(struct control *control, struct step *step);
void control_send_ended(struct control *control, const struct step *step);

/* supervise.c */
int supervise(struct step *step);

#endif
