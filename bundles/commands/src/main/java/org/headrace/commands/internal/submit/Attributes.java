package org.headrace.commands.internal.submit;

/**
 * Names of {@link org.headrace.api.job.JobSpec#attributes}: what the controller keeps with a job
 * and doesn't look at. An attribute that isn't there has no value. Options without an effect are
 * kept under {@link #OPTION} and their long name.
 */
public final class Attributes {
  public static final String COMMENT = "Comment";
  public static final String EXTRA = "Extra";

  /** The command line, as {@code scontrol show job} prints it. */
  public static final String SUBMIT_LINE = "SubmitLine";

  /** Comma-separated mail types in capitals, {@code ALL} spelled out. */
  public static final String MAIL_TYPE = "MailType";

  public static final String MAIL_USER = "MailUser";

  /** Host and session of the submitting process: {@code login1:4711}. */
  public static final String ALLOC_NODE_SID = "AllocNode:Sid";

  /** Of a step: the host of the srun that waits for it. */
  public static final String SRUN_HOST = "SrunHost";

  /** Of a step: the process id of that srun. */
  public static final String SRUN_PID = "SrunPid";

  /** Absolute path of the script, or the command of an allocation. */
  public static final String COMMAND = "Command";

  /** The dependency as the user wrote it. */
  public static final String DEPENDENCY = "Dependency";

  /** {@code Yes} or {@code No}. */
  public static final String KILL_ON_INVALID_DEPENDENCY = "KillOnInvalidDependent";

  /** Licences as the user wrote them. */
  public static final String LICENSES = "Licenses";

  /** {@code 1} when more licences may be asked for than there are. */
  public static final String MORE_LICENSES = "MoreLicenses";

  /** {@code --export} as the user wrote it. */
  public static final String EXPORT = "Export";

  /** {@code 1} when the environment of a login is to be loaded on the node. */
  public static final String GET_USER_ENVIRONMENT = "GetUserEnv";

  /** {@code --hint} as the user wrote it. */
  public static final String HINT = "Hint";

  /** {@code 1} when a node count or task count was given, not derived. */
  public static final String NTASKS_SET = "NtasksSet";

  public static final String NTASKS_PER_GPU = "NtasksPerGpu";

  /** {@code user}, {@code mcs} or {@code topo} where {@code --exclusive} was given so. */
  public static final String EXCLUSIVE = "Exclusive";

  /** Prefix of options that are kept and have no effect yet. */
  public static final String OPTION = "Option:";

  /** For how long to wait before nodes are booted for a feature, as the user wrote it. */
  public static final String DELAY_BOOT = OPTION + "delay-boot";

  /** There when nodes are to be booted first. */
  public static final String REBOOT = OPTION + "reboot";

  private Attributes() {}
}
