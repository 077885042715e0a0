/**
 * Extension point {@code gres}: one kind of generic resource, such as GPUs, on the node and in
 * placement.
 */
@Export
@Version("1.0.0")
package org.headrace.api.gres;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
