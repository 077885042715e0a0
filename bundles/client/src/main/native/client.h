/* What the parts of the native client share. One thread; a failure ends the program. */
#ifndef HEADRACE_CLIENT_H
#define HEADRACE_CLIENT_H

#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLURM_VERSION "slurm 26.05.3"

enum { PROTOCOL_VERSION = 1, CHUNK = 65536, MAX_FRAME = 8 << 20 };
enum {
  HELLO = 1, FILE_DATA, FILE_END, FILE_ERROR, STDIN_DATA, STDIN_END, SIGNAL, CHILD_EXIT, WINSIZE,
  SAFE = 12,
  STDOUT = 65, STDERR, EXIT, READ_FILE, READ_STDIN, STREAM_STDIN, CATCH_SIGNALS, RUN_CHILD,
  KILL_CHILD, RAW_TTY, SERVER_ERROR, WATCH_WINDOW, RESUMABLE, READ_PART
};

struct buffer { char *data; size_t size, room; };
struct reader { const unsigned char *at, *end; };


extern const char *program; /* the name by which we were called */
extern int patience;        /* milliseconds that our reader may take nothing; -1: for ever */
extern void (*on_failure)(void); /* tells who can't see standard error, until there is output */

/* main.c */
_Noreturn void leave(int code);                         /* with the terminal as it was */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *need(void *memory);                               /* fails if there is none */
int64_t millis(void);                                   /* of a clock that is never set */

/* wire.c */
extern int server;                                      /* the connection */
void put_number(struct buffer *b, uint64_t value, int bytes);
void put_string(struct buffer *b, const char *s);
uint64_t get_number(struct reader *r, int bytes);
char *get_string(struct reader *r);                     /* to be freed */
char **get_strings(struct reader *r);                   /* ends with NULL */
void send_all(const void *data, size_t n);
void send_frame(int type, const void *head, size_t head_size, const void *data, size_t n);

/* hello.c */
void send_hello(char **arguments, const char *token);   /* token: of the call that goes on, or NULL */

/* connect.c */
const char *try_to_connect(void); /* NULL if it worked, else where it did not; errno says why */
void connect_to_controller(void);

/* version.c */
void tell_version(char **arguments);                    /* and ends, if that is asked for */

/* ready.c */
void tell_systemd(void);                                /* that its unit has started */
_Noreturn void become_ready(char **command);            /* tells systemd first */

/* terminal.c */
void set_raw(bool raw);                                 /* for now */
void want_raw(bool raw);                                /* whenever we are in front */
void stop_until_continued(void);
void window_size(uint16_t size[2]);                     /* columns, rows; zero if there is none */

/* child.c */
extern int signals;                                     /* signalfd, once signals matter, or -1 */
void remember_signals(void);                            /* as we were born with them */
void take_signals(const int *numbers);                  /* ends with 0; from now on by the signalfd */
void receive_signal(void);
void signal_alone(void);                                /* while there is nobody to tell */
void run_child(uint32_t id, char **arguments, char **environment);
void kill_child(uint32_t id, int number);
void offer_child(void);                                 /* to the controller that comes back */
_Noreturn void die_of_pipe(void);                       /* as a program whose reader has gone */

#endif
