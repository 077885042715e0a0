package org.headrace.slurmconf;

/**
 * cgroup.conf. Percentages are of the allocated memory unless the name says otherwise.
 *
 * @param plugin autodetect, cgroup/v1, cgroup/v2 or disabled
 * @param mountpoint of the file system
 * @param constrainCores whether jobs are held on their cores
 * @param constrainDevices whether jobs see only their devices
 * @param constrainRamSpace whether memory is limited
 * @param constrainSwapSpace whether swap is limited
 * @param allowedRamSpacePercent default 100
 * @param allowedSwapSpacePercent default 0
 * @param maxRamPercentOfTotal default 100
 * @param maxSwapPercentOfTotal default 100
 * @param minRamSpaceMebibytes default 30
 * @param ignoreSystemd whether to manage the tree alone
 * @param ignoreSystemdOnFailure the same when systemd fails
 * @param enableControllers whether to enable controllers from the root down
 * @param signalChildrenProcesses whether signals go to all processes
 * @param systemdTimeoutMillis milliseconds
 */
public record CgroupConfiguration(
    String plugin,
    String mountpoint,
    boolean constrainCores,
    boolean constrainDevices,
    boolean constrainRamSpace,
    boolean constrainSwapSpace,
    double allowedRamSpacePercent,
    double allowedSwapSpacePercent,
    double maxRamPercentOfTotal,
    double maxSwapPercentOfTotal,
    long minRamSpaceMebibytes,
    boolean ignoreSystemd,
    boolean ignoreSystemdOnFailure,
    boolean enableControllers,
    boolean signalChildrenProcesses,
    long systemdTimeoutMillis) {}
