/** Input and output of running steps. */
@Export
@Version("1.0.0")
package org.headrace.control.stepio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
