/**
 * Immutable values that every plugin sees: requests, nodes, partitions, allocations, jobs, reasons.
 */
@Export
@Version("1.0.0")
package org.headrace.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
