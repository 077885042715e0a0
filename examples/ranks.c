/*
 * Computes pi as the integral of 4/(1+x*x) over [0,1], each rank its share; rank 0 adds up.
 * Rank 0 listens on a TCP port and writes host and port to a file that all ranks can read; the
 * others send it their sums. Usage: ranks MEETING-FILE INTERVALS, under srun.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 60 };

struct share {
  int rank;
  double sum;
  double seconds;
  char node[64];
};

static void die(const char *what) {
  fprintf(stderr, "ranks: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int number(const char *name) {
  const char *value = getenv(name);
  if (!value) {
    fprintf(stderr, "ranks: %s is not set; start this program by srun\n", name);
    exit(2);
  }
  return atoi(value);
}

/* Rank 0: a port to listen on, told to the others by a file that appears whole. */
static int meet(const char *file) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_storage address = {.ss_family = AF_INET};
  socklen_t length = sizeof(struct sockaddr_in);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 128)) {
    die("can't listen");
  }
  char host[256], port[16], scratch[4096];
  length = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &length) ||
      getnameinfo((struct sockaddr *)&address, length, NULL, 0, port, sizeof port, NI_NUMERICSERV) ||
      gethostname(host, sizeof host)) {
    die("can't name my port");
  }
  snprintf(scratch, sizeof scratch, "%s.new", file);
  FILE *out = fopen(scratch, "w");
  if (!out || fprintf(out, "%s %s\n", host, port) < 0 || fclose(out) || rename(scratch, file)) {
    die(file);
  }
  return listener;
}

/* Other ranks: a connection to rank 0, as soon as it is there. */
static int reach(const char *file) {
  char host[256] = "", port[16] = "", here[256] = "";
  double end = now() + PATIENCE_SECONDS;
  for (;;) {
    FILE *in = fopen(file, "r");
    int read = in ? fscanf(in, "%255s %15s", host, port) : 0;
    if (in) {
      fclose(in);
    }
    if (read == 2) {
      break;
    }
    if (now() > end) {
      fprintf(stderr, "ranks: rank 0 did not write %s within %d s\n", file, PATIENCE_SECONDS);
      exit(1);
    }
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  }
  gethostname(here, sizeof here);
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
  int error = getaddrinfo(strcmp(host, here) ? host : "127.0.0.1", port, &hints, &found);
  if (error) {
    fprintf(stderr, "ranks: %s: %s\n", host, gai_strerror(error));
    exit(1);
  }
  int connection = socket(found->ai_family, found->ai_socktype, 0);
  if (connection < 0 || connect(connection, found->ai_addr, found->ai_addrlen)) {
    die(host);
  }
  freeaddrinfo(found);
  return connection;
}

static struct share compute(int rank, int ranks, long intervals) {
  struct share mine = {.rank = rank};
  const char *node = getenv("SLURMD_NODENAME");
  snprintf(mine.node, sizeof mine.node, "%s", node ? node : "?");
  double start = now(), width = 1.0 / intervals;
  for (long i = rank; i < intervals; i += ranks) {
    double x = (i + 0.5) * width;
    mine.sum += 4 / (1 + x * x) * width;
  }
  mine.seconds = now() - start;
  return mine;
}

static double show(struct share share) {
  printf("rank %d on %s: partial sum %.12f in %.2f s\n", share.rank, share.node, share.sum,
         share.seconds);
  return share.sum;
}

int main(int argc, char **argv) {
  if (argc != 3 || atol(argv[2]) <= 0) {
    fprintf(stderr, "usage: srun ranks MEETING-FILE INTERVALS\n");
    return 2;
  }
  int rank = number("SLURM_PROCID"), ranks = number("SLURM_NTASKS");
  int listener = rank == 0 ? meet(argv[1]) : -1;
  struct share mine = compute(rank, ranks, atol(argv[2]));
  if (rank != 0) {
    int connection = reach(argv[1]);
    if (send(connection, &mine, sizeof mine, 0) != sizeof mine) {
      die("can't send my sum");
    }
    return close(connection);
  }
  double sum = show(mine);
  for (int i = 1; i < ranks; i++) {
    struct share other;
    int connection = accept(listener, NULL, NULL);
    if (connection < 0 || recv(connection, &other, sizeof other, MSG_WAITALL) != sizeof other) {
      die("a rank did not send its sum");
    }
    close(connection);
    sum += show(other);
  }
  printf("pi is %.12f by %d ranks, off by %.1e\n", sum, ranks, fabs(sum - M_PI));
  return fabs(sum - M_PI) < 1e-9 ? 0 : 1;
}
