/**
 * The deterministic machine: carries out commands on the cluster's state, one after the other. No
 * clock, threads, input or output; time comes in with each command.
 */
@Export
@Version("1.0.0")
package org.headrace.core;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
