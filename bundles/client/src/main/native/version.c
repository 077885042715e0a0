/* What is known without asking the controller. */
#include "client.h"

#include <stdio.h>
#include <string.h>

/* Of Slurm's commands alone: a site's own may mean something else by it. */
static const char *const of_slurm[] = {
  "sacct", "sacctmgr", "salloc", "sattach", "sbatch", "sbcast", "scancel", "scontrol", "sdiag",
  "sinfo", "sprio", "squeue", "sreport", "srun", "sshare", "swhy"
};

void tell_version(char **arguments) {
  if (!*arguments || (strcmp(*arguments, "-V") && strcmp(*arguments, "--version"))) return;
  for (size_t i = 0; i < sizeof of_slurm / sizeof *of_slurm; i++) {
    if (strcmp(program, of_slurm[i])) continue;
    leave(puts(SLURM_VERSION) < 0 || fflush(stdout) ? 1 : 0);
  }
}
