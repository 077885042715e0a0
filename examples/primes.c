/* Counts the primes up to a limit by trial division, shared out among OpenMP's threads. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

static int prime(long number) {
  if (number < 2 || (number > 2 && number % 2 == 0)) {
    return 0;
  }
  for (long divisor = 3; divisor * divisor <= number; divisor += 2) {
    if (number % divisor == 0) {
      return 0;
    }
  }
  return 1;
}

int main(int argc, char **argv) {
  long limit = argc > 1 ? atol(argv[1]) : 1000000;
  long count = 0;
  double start = omp_get_wtime();
#pragma omp parallel for reduction(+ : count) schedule(dynamic, 10000)
  for (long number = 2; number <= limit; number++) {
    count += prime(number);
  }
  printf("%ld primes up to %ld, by %d threads in %.2f s\n", count, limit, omp_get_max_threads(),
         omp_get_wtime() - start);
  return 0;
}
