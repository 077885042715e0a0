/* Becoming the user, and making sure of it. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int compare_gid(const void *a, const void *b) {
  gid_t left = *(const gid_t *)a;
  gid_t right = *(const gid_t *)b;
  return left < right ? -1 : left > right;
}

static bool groups_are(const struct order *order) {
  int count = getgroups(0, NULL);
  if (count < 0 || (uint32_t)count != order->group_count) {
    return false;
  }
  gid_t *actual = checked_alloc(((size_t)count + 1) * sizeof(gid_t));
  gid_t *wanted = checked_alloc(((size_t)count + 1) * sizeof(gid_t));
  bool same = getgroups(count, actual) == count;
  memcpy(wanted, order->groups, (size_t)count * sizeof(gid_t));
  qsort(actual, (size_t)count, sizeof(gid_t), compare_gid);
  qsort(wanted, (size_t)count, sizeof(gid_t), compare_gid);
  same = same && memcmp(actual, wanted, (size_t)count * sizeof(gid_t)) == 0;
  free(actual);
  free(wanted);
  return same;
}

bool become_user(const struct order *order, char *error, size_t error_size) {
  if (geteuid() != 0) {
    if (order->uid == geteuid() && order->gid == getegid()) {
      return true;
    }
    snprintf(error, error_size,
             "can't become user %u group %u: the node agent runs as user %u group %u; run it as"
             " root to serve other users",
             order->uid, order->gid, geteuid(), getegid());
    return false;
  }
  if (setgroups(order->group_count, order->groups) != 0
      || setresgid(order->gid, order->gid, order->gid) != 0
      || setresuid(order->uid, order->uid, order->uid) != 0) {
    snprintf(error, error_size, "can't become user %u group %u: %s", order->uid, order->gid,
             strerror(errno));
    return false;
  }
  uid_t uids[3];
  gid_t gids[3];
  bool good = getresuid(&uids[0], &uids[1], &uids[2]) == 0
      && getresgid(&gids[0], &gids[1], &gids[2]) == 0 && groups_are(order);
  for (int i = 0; i < 3 && good; i++) {
    good = uids[i] == order->uid && gids[i] == order->gid;
  }
  /* A user who could become root again has not been left behind properly. */
  if (good && order->uid != 0) {
    good = setuid(0) != 0 && seteuid(0) != 0;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  }
  if (!good) {
    snprintf(error, error_size, "the change to user %u group %u did not hold", order->uid,
             order->gid);
  }
  return good;
}
