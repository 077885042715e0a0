package org.headrace.commands.internal.scontrol;

/** Help of the sub-commands. */
final class Help {
  static final String COMMANDS =
      """
      Commands:
        all, hide                show hidden partitions too, or leave them out
        cancel_reboot NODES      take a reboot back
        completing               jobs that are completing, and where
        details, oneliner        show more; show a record in one line
        errnumstr NUMBER         the text of an error number
        exit, quit               leave
        explain job ID           what keeps a job from starting
        help                     this text
        hold, uhold JOBS         keep jobs from starting; uhold as their user
        listjobs, liststeps, listpids
                                 what runs here or on a node: listpids [JOB[.STEP]] [NODE]
        notify JOB TEXT          show a text to whoever waits for a job
        pidinfo PID              the job of a process on this host
        ping                     whether the controller answers
        quiet, verbose           with or without messages
        reconfigure              read the configuration anew
        release JOBS             let held jobs go
        requeue JOBS             put jobs back in the queue
        requeuehold JOBS         the same, and hold them there
        resume, suspend JOBS     let jobs go on, or stop them
        setdebug LEVEL           how much the controller logs, until its next start
        setdebugflags +|-FLAGS   what the controller logs in more detail, until its next start
        show ENTITY [ID]         show jobs, nodes and so on
        shutdown [slurmctld]     end the daemons, or the controller alone; jobs go on
        top JOBS                 put waiting jobs before the others of their user
        update KEY=VALUE ...     change a job, node or partition
        version                  the version
        wait_job JOB             wait until the nodes of a job are ready
        write config [FILE]      copy the configuration in force to FILE.TIME
  write batch_script JOB [FILE]  copy a job's script to a file, or to - for the terminal
        !!                       the last command again
      Entities of show: aliases, assoc_mgr, config, daemons, hostlist, hostlistsorted, hostnames,
        job, licenses, node, partition, plugins, reservation, resources, slurmd, step, topology
      assoc_mgr takes users=NAMES, accounts=NAMES, qos=NAMES and flags=users,assoc,qos
      Jobs are given by id, ID_TASK, ID_[TASKS] or name=NAME, separated by commas or blanks.
      """;

  private Help() {}
}
