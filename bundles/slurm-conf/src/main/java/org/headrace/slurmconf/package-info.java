/**
 * Reads slurm.conf and its companions into immutable records; every message names its file and
 * line.
 */
@Export
@Version("1.0.0")
package org.headrace.slurmconf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
