/* Listening for clients of the REST API: what sbin/slurmrestd becomes. */
#ifndef HEADRACE_REST_H
#define HEADRACE_REST_H

#include "client.h"

enum { REST_WRITE_MILLIS = 60000 }; /* so long a client may take nothing of its answer */

/*
 * AUTH MOST UID GID [ADDRESS]...: listens there, and comes back in a child of its own for each
 * client, which is its standard input and output; without an address at once, for who is there
 * already. What comes back are the arguments of the command that serves it.
 */
char **rest_main(char **arguments);
void rest_unavailable(void); /* tells the client, if nothing was said to it yet */

#endif
