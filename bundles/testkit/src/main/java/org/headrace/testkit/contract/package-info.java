/**
 * What every plugin of a kind must do, as JUnit tests to extend: a class of yours extends {@code
 * SchedulerContract}, gives it the plugin, and inherits the tests.
 */
@Export
@Version("1.0.0")
package org.headrace.testkit.contract;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
