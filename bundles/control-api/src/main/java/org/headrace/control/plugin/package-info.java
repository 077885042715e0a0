/** Which plugins there are and which of them serve. */
@Export
@Version("1.0.0")
package org.headrace.control.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
