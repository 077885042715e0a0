package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.slurmconf.AccountingSettings;
import org.headrace.slurmconf.ControllerHost;
import org.headrace.slurmconf.EndpointSettings;
import org.headrace.slurmconf.EnforcePartLimits;
import org.headrace.slurmconf.ExecutionSettings;
import org.headrace.slurmconf.HookSettings;
import org.headrace.slurmconf.IdentitySettings;
import org.headrace.slurmconf.LimitSettings;
import org.headrace.slurmconf.LoggingSettings;
import org.headrace.slurmconf.PowerSettings;
import org.headrace.slurmconf.PreemptionSettings;
import org.headrace.slurmconf.PrioritySettings;
import org.headrace.slurmconf.SchedulingSettings;
import org.headrace.slurmconf.TimerSettings;
import org.headrace.slurmconf.text.SlurmDuration;

/** Makes the records by topic out of checked settings. */
final class Topics {
  private final Typed typed;
  private final List<String> hosts;

  Topics(Typed typed, List<String> hosts) {
    this.typed = typed;
    this.hosts = hosts;
  }

  IdentitySettings identity() {
    List<ControllerHost> controllers = new ArrayList<>();
    for (String host : hosts) {
      int open = host.indexOf('(');
      String name = open < 0 ? host : host.substring(0, open);
      controllers.add(
          new ControllerHost(name, open < 0 ? name : host.substring(open + 1, host.length() - 1)));
    }
    return new IdentitySettings(
        typed.text("ClusterName").toLowerCase(Locale.ROOT),
        controllers,
        typed.text("SlurmUser"),
        typed.text("SlurmdUser"),
        typed.text("AuthType"),
        typed.list("AuthAltTypes"),
        typed.options("AuthInfo"),
        typed.text("CredType"),
        typed.lower("PrivateData"),
        typed.flag("DisableRootJobs"),
        typed.text("HeadraceKeyFile"));
  }

  EndpointSettings endpoints() {
    Ports controller = typed.ports("SlurmctldPort");
    Ports srun = typed.ports("SrunPortRange");
    return new EndpointSettings(
        controller.first(),
        controller.last(),
        typed.integer("SlurmdPort"),
        srun.first(),
        srun.last(),
        typed.text("StateSaveLocation"),
        typed.text("SlurmdSpoolDir"),
        typed.text("SlurmctldPidFile"),
        typed.text("SlurmdPidFile"),
        typed.text("TmpFS"),
        typed.text("HeadraceSocket"),
        typed.list("CommunicationParameters"));
  }

  TimerSettings timers() {
    return new TimerSettings(
        typed.seconds("SlurmctldTimeout"),
        typed.seconds("SlurmdTimeout"),
        typed.seconds("MessageTimeout"),
        typed.seconds("TCPTimeout"),
        typed.seconds("InactiveLimit"),
        typed.seconds("KillWait"),
        typed.seconds("WaitTime"),
        typed.seconds("BatchStartTimeout"),
        typed.number("EioTimeout"),
        typed.number("EpilogMsgTime"),
        typed.seconds("UnkillableStepTimeout"),
        typed.seconds("GroupUpdateTime"),
        typed.seconds("MinJobAge"),
        typed.seconds("CompleteWait"),
        typed.minutes("ResvOverRun"),
        typed.minutes("OverTimeLimit"),
        typed.seconds("GetEnvTimeout"));
  }

  LimitSettings limits() {
    return new LimitSettings(
        typed.number("MaxJobCount"),
        typed.integer("MaxArraySize"),
        typed.number("FirstJobId"),
        typed.number("MaxJobId"),
        typed.number("MaxStepCount"),
        typed.number("MaxTasksPerNode"),
        typed.number("MaxNodeCount"),
        typed.memory("MaxMemPerCPU"),
        typed.memory("MaxMemPerNode"),
        typed.memory("DefMemPerCPU"),
        typed.memory("DefMemPerNode"),
        typed.memory("DefMemPerGPU"),
        typed.number("DefCpuPerGPU"),
        typed.number("MaxBatchRequeue"),
        typed.number("MaxDBDMsgs"));
  }

  SchedulingSettings scheduling() {
    String enforce = typed.text("EnforcePartLimits").toUpperCase(Locale.ROOT);
    return new SchedulingSettings(
        typed.text("SchedulerType"),
        typed.options("SchedulerParameters"),
        typed.seconds("SchedulerTimeSlice"),
        typed.text("SelectType"),
        typed.upper("SelectTypeParameters"),
        EnforcePartLimits.valueOf(enforce.equals("YES") ? "ALL" : enforce),
        typed.options("DependencyParameters"),
        typed.text("TopologyPlugin"),
        typed.options("TopologyParam"),
        typed.integer("TreeWidth"),
        typed.list("GresTypes"),
        typed.counts("Licenses"),
        typed.list("JobSubmitPlugins"),
        typed.list("NodeFeaturesPlugins"),
        typed.text("MCSPlugin"));
  }

  PrioritySettings priority() {
    return new PrioritySettings(
        typed.text("PriorityType"),
        typed.duration("PriorityDecayHalfLife"),
        typed.duration("PriorityCalcPeriod"),
        typed.duration("PriorityMaxAge"),
        typed.text("PriorityUsageResetPeriod").toUpperCase(Locale.ROOT),
        typed.flag("PriorityFavorSmall"),
        typed.upper("PriorityFlags"),
        typed.number("PriorityWeightAge"),
        typed.number("PriorityWeightAssoc"),
        typed.number("PriorityWeightFairShare"),
        typed.number("PriorityWeightJobSize"),
        typed.number("PriorityWeightPartition"),
        typed.number("PriorityWeightQOS"),
        typed.weightsOf("PriorityWeightTRES"),
        typed.number("FairShareDampeningFactor"),
        typed.text("PrioritySiteFactorPlugin"));
  }

  PreemptionSettings preemption() {
    long exempt = typed.duration("PreemptExemptTime");
    String problem =
        PreemptionRules.problem(
            typed.text("PreemptType"),
            typed.upper("PreemptMode"),
            typed.options("PreemptParameters"));
    if (!problem.isEmpty()) {
      typed.error(problem.substring(0, problem.indexOf(':')), problem);
    }
    return new PreemptionSettings(
        typed.text("PreemptType"),
        typed.upper("PreemptMode"),
        exempt == SlurmDuration.INFINITE ? 0 : exempt,
        typed.options("PreemptParameters"));
  }

  AccountingSettings accounting() {
    return new AccountingSettings(
        typed.text("AccountingStorageType"),
        typed.text("AccountingStorageHost"),
        typed.text("AccountingStorageBackupHost"),
        typed.integer("AccountingStoragePort"),
        typed.text("AccountingStorageUser"),
        typed.text("AccountingStoragePass"),
        typed.text("AccountingStorageLoc"),
        typed.lower("AccountingStorageEnforce"),
        typed.list("AccountingStorageTRES"),
        typed.lower("AccountingStoreFlags"),
        typed.options("AccountingStorageParameters"),
        typed.flag("TrackWCKey"),
        typed.text("JobAcctGatherType"),
        typed.frequencies("JobAcctGatherFrequency"),
        typed.lower("JobAcctGatherParams"),
        typed.text("JobCompType"),
        typed.text("JobCompLoc"));
  }

  ExecutionSettings execution() {
    return new ExecutionSettings(
        typed.text("ProctrackType"),
        typed.list("TaskPlugin"),
        typed.lower("TaskPluginParam"),
        typed.options("LaunchParameters"),
        typed.text("MpiDefault"),
        typed.options("MpiParams"),
        typed.upper("PropagateResourceLimits"),
        typed.upper("PropagateResourceLimitsExcept"),
        typed.integer("PropagatePrioProcess"),
        typed.flag("JobRequeue"),
        typed.flag("JobFileAppend"),
        typed.flag("KillOnBadExit"),
        typed.integer("ReturnToService"),
        typed.exitCodes("RequeueExit"),
        typed.exitCodes("RequeueExitHold"),
        typed.text("InteractiveStepOptions"),
        typed.flag("AllowSpecResourcesUsage"),
        typed.integer("VSizeFactor"));
  }

  HookSettings hooks() {
    long both = typed.number("PrologEpilogTimeout");
    long common = both == 65534 ? SlurmDuration.INFINITE : both;
    return new HookSettings(
        typed.list("Prolog"),
        typed.list("Epilog"),
        typed.list("PrologSlurmctld"),
        typed.list("EpilogSlurmctld"),
        typed.text("SrunProlog"),
        typed.text("SrunEpilog"),
        typed.text("TaskProlog"),
        typed.text("TaskEpilog"),
        typed.lower("PrologFlags"),
        typed.isSet("PrologTimeout") ? typed.seconds("PrologTimeout") : common,
        typed.isSet("EpilogTimeout") ? typed.seconds("EpilogTimeout") : common,
        typed.text("MailProg"),
        typed.text("MailDomain"),
        typed.text("HealthCheckProgram"),
        typed.seconds("HealthCheckInterval"),
        typed.upper("HealthCheckNodeState"),
        typed.text("RebootProgram"),
        typed.text("UnkillableStepProgram"),
        typed.text("ResvProlog"),
        typed.text("ResvEpilog"));
  }

  LoggingSettings logging() {
    return new LoggingSettings(
        Levels.name(typed.text("SlurmctldDebug")),
        typed.text("SlurmctldLogFile"),
        Levels.name(typed.text("SlurmdDebug")),
        typed.text("SlurmdLogFile"),
        typed.text("SlurmSchedLogFile"),
        typed.integer("SlurmSchedLogLevel"),
        typed.lower("DebugFlags"),
        typed.text("LogTimeFormat"));
  }

  PowerSettings power() {
    return new PowerSettings(
        typed.text("SuspendProgram"),
        typed.text("ResumeProgram"),
        typed.text("ResumeFailProgram"),
        typed.seconds("SuspendTime"),
        typed.seconds("SuspendTimeout"),
        typed.seconds("ResumeTimeout"),
        typed.number("SuspendRate"),
        typed.number("ResumeRate"),
        typed.text("SuspendExcNodes"),
        typed.list("SuspendExcParts"),
        typed.list("SuspendExcStates"));
  }
}
