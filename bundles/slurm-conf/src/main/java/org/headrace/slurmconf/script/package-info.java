/** Batch scripts: what is a script, and the directives in it. */
@Export
@Version("1.0.0")
package org.headrace.slurmconf.script;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
