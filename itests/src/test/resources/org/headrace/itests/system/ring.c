/* All ranks add up their numbers twice: by a reduction, and by a message that goes around. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv) {
  int rank;
  int size;
  int sum = 0;
  int ring = 0;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (rank > 0) {
    MPI_Recv(&ring, 1, MPI_INT, rank - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
  ring += rank;
  if (size > 1) {
    MPI_Send(&ring, 1, MPI_INT, (rank + 1) % size, 0, MPI_COMM_WORLD);
  }
  if (rank == 0 && size > 1) {
    MPI_Recv(&ring, 1, MPI_INT, size - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
  if (rank == 0) {
    printf("%d ranks, sum %d, ring %d\n", size, sum, ring);
  }
  MPI_Finalize();
  return 0;
}
