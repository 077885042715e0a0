/** What happened, in order and numbered. */
@Export
@Version("1.0.0")
package org.headrace.control.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
