#define _GNU_SOURCE
#include "pmix_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TASKS (16u << 20)

static const uint32_t nowhere = UINT32_MAX;

static bool parse_number(char **at, uint32_t *number) {
  char *end = NULL;
  if (**at < '0' || **at > '9') {
    return false;
  }
  unsigned long value = strtoul(*at, &end, 10);
  if (value >= nowhere) {
    return false;
  }
  *number = (uint32_t)value;
  *at = end;
  return true;
}

static bool place_rank(struct world *world, uint32_t rank, uint32_t number) {
  struct node *node = &world->nodes[number];
  if (rank >= world->size || world->tasks[rank].node != nowhere) {
    return false;
  }
  world->tasks[rank] = (struct place){.node = number, .local = node->tasks};
  if (node->tasks == 0 || rank < node->first) {
    node->first = rank;
  }
  node->tasks++;
  return true;
}

/* Ranks of one node: 0-3,8 */
static bool parse_ranks(struct world *world, char *at, uint32_t number) {
  for (;;) {
    uint32_t first = 0;
    if (!parse_number(&at, &first)) {
      return false;
    }
    uint32_t last = first;
    if (*at == '-') {
      at++;
      if (!parse_number(&at, &last)) {
        return false;
      }
    }
    for (uint32_t rank = first; rank <= last; rank++) {
      if (!place_rank(world, rank, number)) {
        return false;
      }
    }
    if (*at == 0) {
      return true;
    }
    if (*at++ != ',') {
      return false;
    }
  }
}

static bool parse_nodes(struct world *world, char *text) {
  uint32_t placed = 0;
  world->node_count = 1;
  for (const char *at = text; *at != 0; at++) {
    world->node_count += *at == ';' ? 1 : 0;
  }
  world->nodes = calloc(world->node_count, sizeof(struct node));
  world->tasks = calloc(world->size, sizeof(struct place));
  if (world->nodes == NULL || world->tasks == NULL) {
    return false;
  }
  for (uint32_t rank = 0; rank < world->size; rank++) {
    world->tasks[rank].node = nowhere;
  }
  for (uint32_t number = 0; number < world->node_count; number++) {
    char *one = strsep(&text, ";");
    char *name = strsep(&one, ":");
    if (name == NULL || *name == 0 || one == NULL) {
      return false;
    }
    world->nodes[number].name = name;
    if (!parse_ranks(world, one, number)) {
      return false;
    }
    placed += world->nodes[number].tasks;
  }
  return placed == world->size;
}

bool world_parse(struct world *world, char *text) {
  char *rest = text;
  memset(world, 0, sizeof(*world));
  world->name = strsep(&rest, "\n");
  char *size = strsep(&rest, "\n");
  char *node = strsep(&rest, "\n");
  return rest != NULL && *world->name != 0 && parse_number(&size, &world->size) && *size == 0
      && world->size > 0 && world->size <= MAX_TASKS && parse_number(&node, &world->node)
      && *node == 0 && parse_nodes(world, rest) && world->node < world->node_count
      && world->nodes[world->node].tasks > 0;
}

char *world_names(const struct world *world) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  for (uint32_t i = 0; i < world->node_count; i++) {
    fprintf(out, "%s%s", i == 0 ? "" : ",", world->nodes[i].name);
  }
  fclose(out);
  return text;
}

/* Ranks of each node one after the other; of all nodes, or of one. */
static char *ranks(const struct world *world, uint32_t from, uint32_t to) {
  char *text = NULL;
  size_t length = 0;
  uint32_t *order = calloc(world->size, sizeof(uint32_t));
  uint32_t *starts = calloc(world->node_count + 1, sizeof(uint32_t));
  for (uint32_t i = 0; i < world->node_count; i++) {
    starts[i + 1] = starts[i] + world->nodes[i].tasks;
  }
  for (uint32_t rank = 0; rank < world->size; rank++) {
    order[starts[world->tasks[rank].node] + world->tasks[rank].local] = rank;
  }
  FILE *out = open_memstream(&text, &length);
  for (uint32_t node = from; node < to; node++) {
    for (uint32_t i = starts[node]; i < starts[node + 1]; i++) {
      fprintf(out, "%s%u", i > starts[node] ? "," : node > from ? ";" : "", order[i]);
    }
  }
  fclose(out);
  free(order);
  free(starts);
  return text;
}

char *world_ranks(const struct world *world) { return ranks(world, 0, world->node_count); }

char *node_ranks(const struct world *world, uint32_t node) { return ranks(world, node, node + 1); }
