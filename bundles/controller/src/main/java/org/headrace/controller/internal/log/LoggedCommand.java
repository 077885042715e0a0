package org.headrace.controller.internal.log;

import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;

/**
 * An entry of the log.
 *
 * @param actor on whose behalf
 * @param command what
 */
public record LoggedCommand(Actor actor, Command command) {}
