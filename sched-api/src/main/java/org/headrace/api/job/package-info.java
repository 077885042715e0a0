/** Jobs and steps: what their users asked for and what became of them. */
@Export
@Version("1.0.0")
package org.headrace.api.job;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
