package org.headrace.slurmconf.internal;

/** A node's processors, what is missing inferred as Slurm infers it. */
record Cpus(int cpus, int boards, int sockets, int coresPerSocket, int threadsPerCore) {
  private static final int MAX = 65535;

  static Cpus of(Row row) {
    int boards = (int) row.integer("Boards", 1, MAX, 1);
    int cores = (int) row.integer("CoresPerSocket", 1, MAX, 1);
    int threads = (int) row.integer("ThreadsPerCore", 1, MAX, 1);
    int given = (int) row.integer("CPUs", 1, MAX, 0);
    int sockets = sockets(row, boards);
    if (sockets == 0) {
      // Inferred from CPUs; a count that does not divide is caught below.
      sockets = given == 0 ? boards : Math.max(1, given / (cores * threads));
    }
    long all = (long) sockets * cores * threads;
    if (all > MAX) {
      row.error("Sockets", "sockets * cores * threads is " + all + "; a node has at most " + MAX);
      return new Cpus(1, 1, 1, 1, 1);
    }
    int product = (int) all;
    int cpus = given == 0 ? product : given;
    if (cpus != product && cpus != sockets * cores && cpus != sockets) {
      row.warning(
          "CPUs",
          "CPUs="
              + cpus
              + " matches none of Sockets ("
              + sockets
              + "), Sockets*CoresPerSocket ("
              + sockets * cores
              + ") and Sockets*CoresPerSocket*ThreadsPerCore ("
              + product
              + "); "
              + product
              + " is used");
      cpus = product;
    }
    return new Cpus(cpus, boards, sockets, cores, threads);
  }

  /** In all, or 0 when the line says nothing. */
  private static int sockets(Row row, int boards) {
    int sockets = (int) row.integer("Sockets", 1, MAX, 0);
    int perBoard = (int) row.integer("SocketsPerBoard", 1, MAX, 0);
    if (sockets > 0 && perBoard > 0 && sockets != (long) perBoard * boards) {
      row.error(
          "Sockets",
          "Sockets="
              + sockets
              + " is not Boards*SocketsPerBoard ("
              + (long) perBoard * boards
              + "); give one of the two");
    }
    if (perBoard > 0) {
      return (int) Math.min(MAX, (long) perBoard * boards);
    }
    return sockets;
  }
}
