/**
 * The contract between the front door, which serves the native client's connections, and the user
 * commands ({@code squeue}, {@code sbatch} and the like), which are OSGi services.
 */
@Export
@Version("1.0.0")
package org.headrace.control.front;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
