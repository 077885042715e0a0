/**
 * The {@code launcher} extension point: how a node turns a step into real processes.
 *
 * <p>The node agent opens one {@link org.headrace.api.launcher.Launcher} per node through a {@link
 * org.headrace.api.launcher.LauncherFactory} (an OSGi service with {@code
 * headrace.plugin=launcher/<name>}). A launcher keeps what it knows in the node's spool directory,
 * so that steps and their results survive a restart of the agent.
 *
 * <p>Units: memory in MiB, times in epoch milliseconds, durations in milliseconds unless a name
 * says otherwise.
 */
@Export
@Version("1.0.0")
package org.headrace.api.launcher;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
