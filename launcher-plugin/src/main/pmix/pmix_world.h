/* Which tasks of a step are on which nodes. */
#ifndef HEADRACE_PMIX_WORLD_H
#define HEADRACE_PMIX_WORLD_H

#include <stdbool.h>
#include <stdint.h>

struct node {
  char *name;
  uint32_t tasks;
  uint32_t first; /* the lowest rank there */
};

struct place {
  uint32_t node;
  uint32_t local;
};

struct world {
  char *name;
  uint32_t size;
  uint32_t node; /* this one's number */
  uint32_t node_count;
  struct node *nodes;
  struct place *tasks; /* by rank */
};

/* Lines: name, size, number of this node; then n1:0-3,8;n2:4-7. False: that isn't what it says; each
 * rank has to be there once. The text's bytes go on being used. */
bool world_parse(struct world *world, char *text);
/* n1,n2 */
char *world_names(const struct world *world);
/* 0,1,2,3,8;4,5,6,7 */
char *world_ranks(const struct world *world);
char *node_ranks(const struct world *world, uint32_t node);

#endif
