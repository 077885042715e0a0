/*
 * A task that speaks PMIx: puts a value, meets all others, reads theirs, meets them again.
 * With an argument: "abort N" aborts if it is rank N, "exit N CODE" ends without having finalized,
 * "absent N" never speaks PMIx, "wait N FILE" comes late.
 */
#include <pmix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is(int count, char **words, const char *what, int rank) {
  return count > 2 && strcmp(words[1], what) == 0 && atoi(words[2]) == rank;
}

static void check(pmix_status_t status, const char *what) {
  if (status != PMIX_SUCCESS) {
    printf("%s: %s\n", what, PMIx_Error_string(status));
    exit(9);
  }
}

static unsigned number(const pmix_proc_t *who, const char *key) {
  pmix_value_t *value = NULL;
  unsigned number = 9999;
  if (PMIx_Get(who, key, NULL, 0, &value) == PMIX_SUCCESS) {
    number = value->type == PMIX_UINT16 ? value->data.uint16 : value->data.uint32;
    PMIX_VALUE_RELEASE(value);
  }
  return number;
}

static void print_text(const pmix_proc_t *who, const char *key) {
  pmix_value_t *value = NULL;
  pmix_status_t status = PMIx_Get(who, key, NULL, 0, &value);
  printf(" %s", status == PMIX_SUCCESS ? value->data.string : PMIx_Error_string(status));
}

static void fence(const char *nspace) {
  pmix_proc_t all;
  pmix_info_t info;
  bool yes = true;
  PMIX_LOAD_PROCID(&all, nspace, PMIX_RANK_WILDCARD);
  PMIX_INFO_LOAD(&info, PMIX_COLLECT_DATA, &yes, PMIX_BOOL);
  check(PMIx_Fence(&all, 1, &info, 1), "fence");
}

int main(int count, char **words) {
  pmix_proc_t me;
  pmix_proc_t who;
  pmix_value_t value;
  char text[64];
  if (is(count, words, "absent", atoi(getenv("PMIX_RANK")))) {
    return 0;
  }
  check(PMIx_Init(&me, NULL, 0), "init");
  PMIX_LOAD_PROCID(&who, me.nspace, PMIX_RANK_WILDCARD);
  unsigned size = number(&who, PMIX_JOB_SIZE);
  printf("%s %u of %u, local %u of %u, node %u of %u, peers", me.nspace, me.rank, size,
         number(&me, PMIX_LOCAL_RANK), number(&who, PMIX_LOCAL_SIZE), number(&me, PMIX_NODEID),
         number(&who, PMIX_NUM_NODES));
  print_text(&who, PMIX_LOCAL_PEERS);
  print_text(&me, PMIX_HOSTNAME);
  printf("\n");
  fflush(stdout); /* so that it is seen that this one has come */
  if (is(count, words, "abort", (int)me.rank)) {
    PMIx_Abort(7, "enough", NULL, 0);
    sleep(100);
  }
  if (is(count, words, "exit", (int)me.rank)) {
    fflush(stdout);
    _exit(atoi(words[3]));
  }
  if (is(count, words, "wait", (int)me.rank)) {
    while (access(words[3], F_OK) != 0) {
      usleep(10000);
    }
  }
  snprintf(text, sizeof(text), "of%u", me.rank);
  PMIX_VALUE_LOAD(&value, text, PMIX_STRING);
  check(PMIx_Put(PMIX_GLOBAL, "said", &value), "put");
  check(PMIx_Commit(), "commit");
  fence(me.nspace);
  printf("others");
  for (unsigned rank = 0; rank < size; rank++) {
    PMIX_LOAD_PROCID(&who, me.nspace, rank);
    print_text(&who, "said");
  }
  printf("\n");
  fence(me.nspace);
  check(PMIx_Finalize(NULL, 0), "finalize");
  return 0;
}
