/** Read access: the published state of the cluster. */
@Export
@Version("1.0.0")
package org.headrace.control.query;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
