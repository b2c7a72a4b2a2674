//! Line controllers of other programs: each gets what the devices report and answers with actions, in lock
//! step with simulated time. `docs/controller.md` has the protocol.

mod allowed;
mod process;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use linetwin_base::SimTime;
use linetwin_engine::wire::{ControllerInput, ControllerOutput, Handshake, PROTOCOL};
use linetwin_engine::{Action, Answer, DeviceEvent, Input, LineController, LineLogic, Reply};

use allowed::Allowed;
use process::Process;

/// Most inputs to a controller at one simulated time. One that requests an immediate wake-up again and again
/// would stop simulated time.
const MOST_IN_A_MOMENT: u32 = 10_000;

/// Which program is a line's controller: `stdio:`, and then a command as in a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerCommand {
    words: Vec<String>,
}

impl FromStr for ControllerCommand {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let command = text.strip_prefix("stdio:").ok_or("expected `stdio:` and a command")?;
        let words = shlex::split(command).ok_or("a quotation mark has no second one")?;
        let program = words.first().ok_or("expected a command after `stdio:`")?;
        if !is_there(program) {
            return Err(format!("there is no program `{program}`"));
        }
        Ok(Self { words })
    }
}

/// Whether there is such a file, by its path or, named alone, where the system looks for programs.
fn is_there(program: &str) -> bool {
    let path = Path::new(program);
    if path.components().count() > 1 {
        return path.is_file();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&folders).any(|folder| {
        folder.join(program).is_file() || folder.join(format!("{program}{suffix}")).is_file()
    })
}

impl fmt::Display for ControllerCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

/// Makes the controller of each line: our own, or the program in its place.
pub fn line_of(
    command: Option<&ControllerCommand>,
) -> impl Fn(LineController) -> Box<dyn LineLogic> + Sync {
    move |own| match command {
        None => Box::new(own),
        Some(command) => Box::new(OutsideController::start(command, &own)),
    }
}

/// See the module's first lines.
pub struct OutsideController {
    process: Result<Process, String>,
    allowed: Allowed,
    moment: SimTime,
    in_this_moment: u32,
}

impl OutsideController {
    /// Starts the program for the order and the line of one of our own controllers. If it cannot be started,
    /// it is broken from the beginning.
    pub fn start(command: &ControllerCommand, instead_of: &LineController) -> Self {
        let (order_id, order, layout) = instead_of.task();
        let allowed = Allowed::on(layout);
        let handshake = Handshake {
            protocol: PROTOCOL.to_owned(),
            order_id,
            order: order.clone(),
            layout: layout.clone(),
        };
        let process = Process::start(&command.words).and_then(|mut process| {
            let answer: ControllerOutput = process.exchange(&handshake)?;
            if answer.actions.is_empty() {
                Ok(process)
            } else {
                Err("it gives actions before the order begins".to_owned())
            }
        });
        let process = process.map_err(|error| format!("`{command}`: {error}"));
        Self { process, allowed, moment: SimTime::START, in_this_moment: 0 }
    }

    fn receive(&mut self, now: SimTime, input: Input, out: &mut Vec<Action>) {
        let Ok(process) = &mut self.process else { return };
        self.in_this_moment = if self.moment == now { self.in_this_moment + 1 } else { 0 };
        self.moment = now;
        let answer = if self.in_this_moment > MOST_IN_A_MOMENT {
            Err(format!("at {now} it has had {MOST_IN_A_MOMENT} inputs and time stands still"))
        } else {
            process.exchange(&ControllerInput { now, input }).and_then(
                |output: ControllerOutput| {
                    let wrong =
                        output.actions.iter().find_map(|action| self.allowed.refuse(action));
                    wrong.map_or(Ok(output.actions), |wrong| {
                        Err(format!("answer {}: {wrong}", process.answers()))
                    })
                },
            )
        };
        match answer {
            Ok(actions) => out.extend(actions),
            Err(error) => self.process = Err(format!("`{}`: {error}", process.name())),
        }
    }
}

impl LineLogic for OutsideController {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::Started, out);
    }

    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.receive(now, Input::Device(event), out);
    }

    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.receive(now, Input::Answered(Answer::of(&reply)), out);
    }

    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::TimerExpired, out);
    }

    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::PowerBack, out);
    }

    fn broken(&self) -> Option<&str> {
        self.process.as_ref().err().map(String::as_str)
    }
}

/// Our own controller for a [`Handshake`].
///
/// # Errors
/// Another protocol is requested, or a line that cannot be one.
pub fn own_controller(handshake: Handshake) -> Result<LineController, String> {
    let Handshake { protocol, order_id, order, layout } = handshake;
    if protocol != PROTOCOL {
        return Err(format!("found protocol `{protocol}`, expected `{PROTOCOL}`"));
    }
    if layout.sections.first().is_none_or(|first| first.printer.is_none()) {
        return Err("found no section that prints, expected the first one to".to_owned());
    }
    if layout.stations.is_empty() || layout.stations.iter().any(|station| station.children == 0) {
        return Err("expected a station that packs at least one child".to_owned());
    }
    Ok(LineController::new(order_id, order, layout))
}
