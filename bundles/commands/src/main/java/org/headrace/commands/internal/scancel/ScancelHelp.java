package org.headrace.commands.internal.scancel;

/** Help of scancel. */
final class ScancelHelp {
  static final String USAGE =
      """
      Usage: scancel [-A account] [-b] [-f] [-H] [-i] [--me] [-n name] [-p partition]
                     [-q qos] [-Q] [-R reservation] [-s signal] [-t state] [-u user]
                     [-v] [-V] [-w nodes] [--wckey=key] [job[_task][.step]]...
      """;

  static final String HELP =
      """
      Usage: scancel [OPTIONS] [job[_task][.step]]...
        -A, --account=name      only jobs charged to this account
            --admin-comment=text  remark kept with the job (no effect yet)
        -b, --batch             signal the script alone
        -c, --cron              also jobs of scrontab (no effect yet)
            --ctld              accepted; the controller always does the work
        -f, --full              signal the script and all steps
        -H, --hurry             do not stage data out (no effect yet)
        -i, --interactive       ask before each job
        -M, --clusters=names    clusters to act on; this one alone is known
            --me                only the caller's jobs
        -n, --name=name         only jobs of this name
        -p, --partition=name    only jobs of this partition
        -q, --qos=name          only jobs of this quality of service
        -Q, --quiet             no messages about jobs that are not there
        -R, --reservation=name  only jobs of this reservation
            --sibling=name      part of a federated job (no effect yet)
        -s, --signal=signal     send this signal; without it jobs are ended
        -t, --state=state       only jobs that are PENDING, RUNNING or SUSPENDED
        -u, --user=name         only jobs of this user
        -v, --verbose           say what is done
        -V, --version           print the version
        -w, --nodelist=nodes    only jobs on these nodes
            --wckey=key         only jobs with this workload key

      Help options:
            --help              print this text
            --usage             print a short overview
      """;

  private ScancelHelp() {}
}
