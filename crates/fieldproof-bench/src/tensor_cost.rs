//! From the bytes of a photo to the input of a model, against libjpeg-turbo's scaled decode alone.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use fieldproof_domain::application::{ModelInput, ResizeFit};
use fieldproof_vision::{Limits, WorkingScale, decode};

use crate::{cpu::CpuClock, figures::Comparison, photos};

/// The program that decodes with libjpeg-turbo.
const TURBO: &str = include_str!("turbo.py");
/// Width and height of the model's input, pixels.
const SIDE: u32 = 640;
/// Decodes of one round, on either side.
const TIMES: usize = 8;

/// Measures in turns, after one round that does not count.
pub(crate) fn measure(python: &Path, rounds: usize) -> Result<Comparison> {
    let folder = tempfile::tempdir()?;
    let photo = photos::jpeg(77)?;
    let file = folder.path().join("photo.jpg");
    std::fs::write(&file, &photo)?;
    let mut turbo = Turbo::start(python)?;
    let input = ModelInput::new([SIDE, SIDE], ResizeFit::Letterbox);
    let own = CpuClock::own();
    let mut comparison = Comparison::default();
    for round in 0..=rounds {
        let (mut cost, mut base) = (Duration::ZERO, Duration::ZERO);
        // One by one, so that both sides meet the machine in the same mood.
        for _ in 0..TIMES {
            base += turbo.decode(&file)?;
            let start = own.read()?;
            let photo = decode(&photo, &Limits::default(), WorkingScale::at_least(SIDE))?;
            std::hint::black_box(photo.as_input(&input));
            cost += own.read()? - start;
        }
        if round > 0 {
            comparison.add(cost, base, TIMES);
        }
    }
    Ok(comparison)
}

/// A process that decodes what it is told.
struct Turbo {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Turbo {
    fn start(python: &Path) -> Result<Self> {
        let mut command = Command::new(python);
        command.args(["-c", TURBO]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {}", python.display()))?;
        let orders = child.stdin.take().context("it has no standard input")?;
        let answers = BufReader::new(child.stdout.take().context("it has no standard output")?);
        Ok(Self { child, orders, answers })
    }

    /// CPU time of one decode.
    fn decode(&mut self, file: &Path) -> Result<Duration> {
        writeln!(self.orders, "{}", file.display())?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let seconds: f64 = line.trim().parse().context("libjpeg-turbo did not answer")?;
        Ok(Duration::from_secs_f64(seconds))
    }
}

impl Drop for Turbo {
    fn drop(&mut self) {
        // It ends by itself with its input; it may be gone already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}
