package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.front.Account;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code scontrol create, update} and {@code delete} of reservations. */
final class Reservations {
  private final Session session;

  Reservations(Session session) {
    this.session = session;
  }

  /**
   * @param words the entity, which may be its name as well, and what is said of it
   */
  void create(List<String> words) throws Exception {
    boolean named = words.get(0).indexOf('=') >= 0;
    Outcome.Done done =
        put(
            new ReservationWords(session.snapshot(), session.times(), this::groupId),
            words.subList(named ? 0 : 1, words.size()),
            "No reservation created.",
            "Error creating the reservation: ");
    if (done != null) {
      session.out().println("Reservation created: " + String.join("", done.messages()));
    }
  }

  /**
   * @param words what is to be changed
   */
  void update(String name, List<String> words) throws Exception {
    ReservationDefinition old = null;
    for (ReservationDefinition one : session.snapshot().reservationDefinitions()) {
      old = one.name().equals(name) ? one : old;
    }
    if (old == null) {
      session.error("Error updating the reservation: Requested reservation is invalid");
      session.error("slurm_update error: Requested reservation is invalid");
      return;
    }
    List<String> changes = words.stream().filter(word -> !word.equalsIgnoreCase("skip")).toList();
    Outcome.Done done =
        changes.isEmpty() && !words.isEmpty()
            ? new Outcome.Done(List.of())
            : put(
                new ReservationWords(session.snapshot(), session.times(), this::groupId, old),
                changes,
                "No reservation update.",
                "Error updating the reservation: ");
    boolean skips = changes.size() < words.size();
    if (done != null && (!skips || skip(name))) {
      session.out().println("Reservation updated.");
    }
  }

  /** Leaves its present or next time out. */
  private boolean skip(String name) throws Exception {
    Outcome outcome = session.answer(new Command.SkipReservation(name));
    if (outcome instanceof Outcome.Rejected rejected) {
      session.notTheirs("Error updating the reservation: ", rejected, "");
    }
    return outcome instanceof Outcome.Done;
  }

  private int groupId(String name) {
    try {
      Account group = session.invocation.group(name);
      if (group == null) {
        throw new ReservationWords.NoGroup("there is no group " + name + " on the controller");
      }
      return group.id();
    } catch (IOException e) {
      throw new IllegalArgumentException("groups can't be looked up: " + e.getMessage(), e);
    }
  }

  /**
   * @param words the entity and its name
   */
  void delete(List<String> words) throws Exception {
    int equals = words.get(0).indexOf('=');
    String name =
        equals < 0 ? words.size() > 1 ? words.get(1) : "" : words.get(0).substring(equals + 1);
    Outcome.Rejected rejected = session.execute(new Command.DeleteReservation(name));
    if (rejected != null) {
      session.notTheirs("delete_reservation " + words.get(0) + ": ", rejected, "");
    }
  }

  /** Null if it was refused, which has been said then. */
  private Outcome.Done put(
      ReservationWords reservation, List<String> words, String nothing, String failure)
      throws Exception {
    ReservationDefinition definition;
    try {
      words.forEach(reservation::add);
      definition = reservation.definition();
    } catch (ReservationWords.NoGroup e) {
      session.error(failure + "Invalid group id");
      session.error("scontrol: error: " + e.getMessage());
      return null;
    } catch (ReservationWords.Late e) {
      session.error(failure + "Invalid time specified");
      session.error("scontrol: error: " + e.getMessage());
      return null;
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof TextFormatException why) {
        session.error(why.getMessage());
      }
      session.error("scontrol: error: " + e.getMessage() + "  " + nothing);
      return null;
    }
    Outcome outcome = session.answer(new Command.PutReservation(definition));
    if (outcome instanceof Outcome.Rejected rejected) {
      session.notTheirs(failure, rejected, "");
    }
    return outcome instanceof Outcome.Done done ? done : null;
  }
}
